//! Links: the list, and one of them.
use super::{count, facts};
use crate::cli::output::{Align, Output, Table};
use crate::sms::Link;

/// The list, newest first.
pub fn links(links: &[Link], out: &Output) -> String {
    let lang = out.lang;
    if links.is_empty() {
        return lang.cli_no_links().to_owned();
    }
    let mut table = Table::new(&[
        (lang.cli_link(), Align::Left),
        (lang.cli_name(), Align::Left),
        (lang.cli_clicks(), Align::Right),
        (lang.cli_until(), Align::Left),
        (lang.cli_made(), Align::Left),
        (lang.cli_tags(), Align::Left),
    ]);
    for link in links {
        table.row([
            link.short.bare().to_owned(),
            link.short.name.clone(),
            link.clicks.map_or_else(String::new, |(clicks, _)| count(clicks)),
            out.form.short(link.counts_until),
            out.form.short(link.created_at),
            link.tags.join(", "),
        ]);
    }
    table.render(out.paint)
}

/// One link.
pub fn link(link: &Link, out: &Output) -> String {
    let lang = out.lang;
    let mut rows = vec![
        (lang.cli_link(), link.short.short_url.clone()),
        (lang.cli_id(), link.short.sid.to_string()),
        (lang.cli_leads_to(), link.short.long_url.clone()),
        (lang.cli_name(), link.short.name.clone()),
        (lang.cli_made(), lang.cli_by_at(&link.by, out.form.moment(link.created_at))),
        (lang.cli_until(), out.form.moment(link.counts_until)),
    ];
    if !link.tags.is_empty() {
        rows.push((lang.cli_tags(), link.tags.join(", ")));
    }
    if let Some((clicks, at)) = link.clicks {
        rows.push((lang.cli_clicks(), lang.cli_clicks_as_of(clicks, out.form.moment(at))));
    }
    if !link.campaigns.is_empty() {
        let ids: Vec<String> = link.campaigns.iter().map(ToString::to_string).collect();
        rows.push((lang.cli_campaigns(), ids.join(", ")));
    }
    facts(out, rows)
}
