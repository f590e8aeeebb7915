//! How the client talks: what a profile of the configuration may change.
use std::path::PathBuf;
use std::time::Duration;

/// Everything about the wire that can be configured. [`Settings::default`] speaks to the vendor's default host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Scheme, host and port, with or without a path before `/v2`: `https://sms.yunpian.com`.
    pub base_url: String,
    /// The longest that making a connection may take.
    pub connect_timeout: Duration,
    /// The longest that a whole call may take, connection and answer included.
    pub timeout: Duration,
    /// Calls a second, at most; `None` is unlimited until the vendor says -5.
    pub rate: Option<u32>,
    /// The `uid` of sends that name none of their own; off by default for an account.
    pub uid: Option<String>,
    /// How `clicked` is asked and read.
    pub clicked: ClickedShape,
    /// Where answers of unknown shape are kept for a look; `None` keeps none.
    pub raw_folder: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "https://sms.yunpian.com".to_owned(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            rate: None,
            uid: None,
            clicked: ClickedShape::default(),
            raw_folder: None,
        }
    }
}

/// The parameters and the answer of `clicked`, which are published nowhere (`api/yunpian-v2.md` §4, "Unknown
/// shapes"): `[api.clicked]` of the configuration overrides any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickedShape {
    /// The path under the base URL.
    pub path: String,
    /// The request's name for the link's id.
    pub sid_name: String,
    /// The request's name for the start of the time asked for.
    pub start_name: String,
    /// The request's name for its end.
    pub end_name: String,
    /// The request's name for the page, counted from 1.
    pub page_name: String,
    /// The request's name for the size of a page.
    pub size_name: String,
    /// Rows a page.
    pub page_size: u32,
    /// Where the list may stand, first match wins.
    pub list_fields: Vec<String>,
    /// Where a row's number may stand.
    pub mobile_fields: Vec<String>,
    /// Where a row's count may stand; a row without one counts 1.
    pub count_fields: Vec<String>,
    /// Where a row's times may stand; the earliest and the latest are kept.
    pub time_fields: Vec<String>,
}

impl Default for ClickedShape {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Self {
            path: "/v2/short_url/clicked".to_owned(),
            sid_name: "sid".to_owned(),
            start_name: "start_time".to_owned(),
            end_name: "end_time".to_owned(),
            page_name: "page_num".to_owned(),
            size_name: "page_size".to_owned(),
            page_size: 100,
            list_fields: names(&["data", "clicked", "list", "records", "result", "short_url"]),
            mobile_fields: names(&["mobile", "phone"]),
            count_fields: names(&["count", "click_count", "clicks", "pv", "times"]),
            time_fields: names(&["click_time", "first_click_time", "last_click_time", "time", "gmt_create"]),
        }
    }
}
