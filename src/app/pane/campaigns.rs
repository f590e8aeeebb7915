//! Pane 3: what was and is being sent.
pub(in crate::app) mod view;

use crate::app::action::{Action, PaneName};
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::request::Request;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::sms::{Campaign, CampaignId};
use crate::words::Lang;

/// The pane's own state; the campaigns themselves are in [`crate::app::data::Data`].
#[derive(Debug, Default)]
pub struct CampaignsPane {
    list: List<CampaignId>,
}

impl CampaignsPane {
    /// Selects a campaign.
    pub fn show(&mut self, id: CampaignId, cx: &mut Cx<'_>) {
        self.list.select(id);
        self.sync(cx);
    }
}

fn listed<'a>(cx: &'a Cx<'_>) -> &'a [Campaign] {
    cx.data.campaigns.shown().map_or(&[], Vec::as_slice)
}

impl Scene for CampaignsPane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Campaigns)
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        let height = view::list_rows(cx.layout());
        let list = listed(cx);
        self.list.sync(list.len(), height, |row| list[row].id);
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            let list = listed(cx);
            self.list.step(step, list.len(), |row| list[row].id);
            return Applied::Yes;
        }
        match (action, self.list.key()) {
            (Action::Refresh, _) => cx.refresh(Request::Campaigns),
            (Action::Clicks, Some(id)) => cx.wish(Action::ShowCampaignClicks(*id)),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![Hint::of(Action::Clicks, lang), Hint::of(Action::Refresh, lang)]
    }
}
