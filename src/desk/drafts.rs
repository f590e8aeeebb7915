//! Drafts: messages being written, kept as JSON that only this file reads.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Desk, Result};
use crate::problem::InputProblem;
use crate::sms::{CampaignId, Draft, DraftId, Kind, Reading, Sid, Source};

/// A draft on disk.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: i64,
    name: String,
    typed: Option<String>,
    path: Option<String>,
    column: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    delimiter: Option<char>,
    #[serde(default)]
    header: Option<bool>,
    recipients: u64,
    kind: Option<String>,
    text: String,
    mobile_stat: Option<bool>,
    link: Option<String>,
    copied_from: Option<i64>,
}

impl Desk {
    /// Keeps a draft; returns when it is durable. A draft is known by its [`DraftId`], also after a restart.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn save_draft(&self, draft: &Draft) -> Result<DraftId> {
        let body = serde_json::to_string(&kept(draft)).map_err(|e| InputProblem::Broken { why: e.to_string() })?;
        self.store().save_draft(is_draft(draft.id), &body, self.by(), draft.saved_at).await?;
        Ok(draft.id)
    }

    /// This operator's drafts, last saved first. Local. A body of another version is left out, not lost.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn drafts(&self) -> Result<Vec<Draft>> {
        let rows = self.store().drafts().await?;
        let own = rows.into_iter().filter(|row| row.by == self.by());
        Ok(own.filter_map(|row| serde_json::from_str(&row.body).ok().map(|kept| draft(kept, row.updated_at))).collect())
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn discard_draft(&self, id: DraftId) -> Result<()> {
        Ok(self.store().delete_draft(is_draft(id), self.by()).await?)
    }

    /// A new draft with everything of an earlier campaign but its list. It is not kept before something is typed.
    ///
    /// # Errors
    /// No such campaign.
    pub async fn duplicate(&self, id: CampaignId) -> Result<Draft> {
        let plan = self.store().duplicate(id).await?.ok_or(InputProblem::NoSuchCampaign { id })?;
        Ok(Draft {
            name: plan.name,
            kind: Some(plan.kind),
            text: plan.text,
            mobile_stat: Some(plan.mobile_stat),
            link: plan.link_sids.into_iter().next(),
            copied_from: Some(id),
            ..Draft::new(self.now())
        })
    }
}

/// Whether a body is that draft's.
fn is_draft(id: DraftId) -> impl Fn(&str) -> bool + Send + 'static {
    #[derive(Deserialize)]
    struct Only {
        id: i64,
    }
    move |body| serde_json::from_str::<Only>(body).is_ok_and(|only| only.id == id.0)
}

fn kept(draft: &Draft) -> Kept {
    let (typed, path, reading) = match &draft.to {
        Source::Typed(text) => (Some(text.clone()), None, Reading::default()),
        Source::File { path, reading } => (None, Some(path.clone()), reading.clone()),
    };
    Kept {
        id: draft.id.0,
        name: draft.name.clone(),
        typed,
        path,
        column: reading.column,
        encoding: reading.encoding,
        delimiter: reading.delimiter,
        header: reading.header,
        recipients: draft.recipients,
        kind: draft.kind.map(|kind| kind.code().to_owned()),
        text: draft.text.clone(),
        mobile_stat: draft.mobile_stat,
        link: draft.link.as_ref().map(|sid| sid.0.clone()),
        copied_from: draft.copied_from.map(|id| id.0),
    }
}

fn draft(kept: Kept, saved_at: Timestamp) -> Draft {
    Draft {
        id: DraftId(kept.id),
        name: kept.name,
        to: match kept.path {
            Some(path) => {
                let (column, encoding) = (kept.column, kept.encoding);
                let reading = Reading { column, encoding, delimiter: kept.delimiter, header: kept.header };
                Source::File { path, reading }
            }
            None => Source::Typed(kept.typed.unwrap_or_default()),
        },
        recipients: kept.recipients,
        kind: kept.kind.as_deref().and_then(Kind::from_code),
        text: kept.text,
        mobile_stat: kept.mobile_stat,
        link: kept.link.map(Sid),
        copied_from: kept.copied_from.map(CampaignId),
        saved_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_as_it_was_kept() {
        let now = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        for to in [
            Source::Typed("13800138000\n139".into()),
            Source::File {
                path: "~/a.csv".into(),
                reading: Reading { column: Some("手机".into()), encoding: Some("gbk".into()), ..Reading::default() },
            },
        ] {
            let written = Draft {
                name: "双12".into(),
                to,
                recipients: 2,
                kind: Some(Kind::Marketing),
                text: "【云雀】{name}".into(),
                mobile_stat: Some(false),
                link: Some(Sid("aB3".into())),
                copied_from: Some(CampaignId(7)),
                ..Draft::new(now)
            };
            let body = serde_json::to_string(&kept(&written)).unwrap();
            assert_eq!(draft(serde_json::from_str(&body).unwrap(), now), written);
        }
    }
}
