//! Where a campaign stands: its state, why it is paused, what a colleague wishes.
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::codec::pause_parts;
use super::fault::{Fallible, Fault};
use super::writer::Tx;
use super::{Result, Store, audit};
use crate::sms::{CampaignId, CampaignState, Money, PauseReason, Wish};

impl Store {
    /// Changes the state. A campaign in which somebody is pending, sending or unknown cannot become `finished`, and one that
    /// was cancelled becomes nothing else.
    pub async fn set_state(
        &self,
        id: CampaignId,
        state: CampaignState,
        pause: Option<PauseReason>,
        at: Timestamp,
    ) -> Result<()> {
        self.write(move |tx| stand(tx, id, state, pause.as_ref(), at)).await
    }

    /// Pauses and leaves it to `yunque watch`, in one transaction: whoever dies in between has done neither. A wish to
    /// cancel stays where it is.
    pub async fn leave_to_watch(&self, id: CampaignId, reason: PauseReason, by: &str, at: Timestamp) -> Result<()> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| {
            stand(tx, id, CampaignState::Paused, Some(&reason), at)?;
            put_wish(tx, id, Wish::ToWatch, (&by, &caller), at)
        })
        .await
    }

    /// Leaves a wish for the owner, whoever that is. One takes the place of another, but nothing that of a wish to cancel:
    /// whoever wished it was told that it would be heard.
    pub async fn wish(&self, id: CampaignId, wish: Wish, by: &str, at: Timestamp) -> Result<()> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| put_wish(tx, id, wish, (&by, &caller), at)).await
    }

    /// The wish that nobody has heard yet.
    pub async fn wish_of(&self, id: CampaignId) -> Result<Option<Wish>> {
        let sql = "SELECT wish FROM standing WHERE campaign = ?1 AND wish IS NOT NULL";
        let read = |row: &rusqlite::Row<'_>| super::codec::coded(row, 0, Wish::from_code);
        self.read(move |db| Ok(db.prepare_cached(sql)?.query_row([id.0], read).optional()?)).await
    }

    /// Takes a wish away if it is one of these. Costs a commit only when it is.
    pub async fn forget_wish(&self, id: CampaignId, wishes: &[Wish]) -> Result<()> {
        let Some(wish) = self.wish_of(id).await?.filter(|wish| wishes.contains(wish)) else { return Ok(()) };
        self.write(move |tx| {
            let sql = "UPDATE standing SET wish = NULL, wish_by = NULL WHERE campaign = ?1 AND wish = ?2";
            tx.execute(sql, params![id.0, wish.code()])?;
            Ok(())
        })
        .await
    }

    /// Takes the wish away and returns it. Costs a commit only when there is one.
    pub async fn take_wish(&self, id: CampaignId) -> Result<Option<Wish>> {
        Ok(self.take_wish_by(id).await?.map(|(wish, _)| wish))
    }

    /// As [`Store::take_wish`], with the operator whose wish it is.
    pub async fn take_wish_by(&self, id: CampaignId) -> Result<Option<(Wish, String)>> {
        let sql = "SELECT wish, coalesce(wish_by, '') FROM standing WHERE campaign = ?1 AND wish IS NOT NULL";
        let look = move |db: &rusqlite::Connection| -> Fallible<Option<(Wish, String)>> {
            let read = |row: &rusqlite::Row<'_>| {
                let wish = super::codec::coded(row, 0, Wish::from_code)?;
                Ok((wish, row.get(1)?))
            };
            Ok(db.prepare_cached(sql)?.query_row([id.0], read).optional()?)
        };
        if self.read(look).await?.is_none() {
            return Ok(None);
        }
        self.write(move |tx| {
            let wish = look(tx)?;
            tx.execute("UPDATE standing SET wish = NULL, wish_by = NULL WHERE campaign = ?1", [id.0])?;
            Ok(wish)
        })
        .await
    }

    /// The canary is out: its reports are waited for until then. A wait that has begun stays as it is.
    pub async fn await_gate(&self, id: CampaignId, until: Timestamp) -> Result<()> {
        self.write(move |tx| {
            let sql = "UPDATE standing SET gate_until = coalesce(gate_until, ?2) WHERE campaign = ?1";
            there(tx.execute(sql, params![id.0, until.as_millisecond()])?, id)
        })
        .await
    }

    /// The canary is passed: the others may be written to. Audited, with what was known of the canary then.
    pub async fn pass_gate(&self, id: CampaignId, by: &str, at: Timestamp, known: &str, others: u64) -> Result<()> {
        let (by, caller, about) = (by.to_owned(), self.caller(), format!("{id} {known}"));
        self.write(move |tx| {
            there(tx.execute("UPDATE standing SET is_gate_passed = 1 WHERE campaign = ?1", [id.0])?, id)?;
            let what = "canary-go";
            let line = audit::New { by: &by, caller: &caller, what, about: &about, count: others, money: Money::ZERO };
            audit::append(tx, at, &line)
        })
        .await
    }

    /// Changes the time of a scheduled campaign; `None` for at once.
    pub async fn reschedule(&self, id: CampaignId, starts_at: Option<Timestamp>) -> Result<()> {
        self.write(move |tx| {
            let done = tx.execute(
                "UPDATE campaign SET starts_at = ?2 WHERE id = ?1
                 AND EXISTS (SELECT 1 FROM standing WHERE campaign = ?1 AND state = 'scheduled')",
                params![id.0, starts_at.map(Timestamp::as_millisecond)],
            )?;
            there(done, id)
        })
        .await
    }

    /// Accepted messages since then, to the quarter of an hour, of one operator's campaigns or of all, and what they cost.
    pub async fn sent_today(&self, by: Option<&str>, since: Timestamp) -> Result<(u64, Money)> {
        let by = by.map(str::to_owned);
        self.read(move |db| {
            let sql = "SELECT coalesce(sum(p.accepted), 0), coalesce(sum(p.fee), 0) FROM spent p
                       JOIN campaign c ON c.id = p.campaign WHERE p.quarter >= ?1 AND (?2 IS NULL OR c.by = ?2)";
            let read = |row: &rusqlite::Row<'_>| Ok((super::codec::count(row, 0)?, Money::from_units(row.get(1)?)));
            Ok(db.prepare_cached(sql)?.query_row(params![quarter(since), by], read)?)
        })
        .await
    }

    /// Whom an operator's campaigns still write to within a day, as things stand, and about what that will cost at `price`
    /// a segment: who is pending or sending in what is scheduled for it, and, when it is today (`now` lies within), in what
    /// is running, or paused since it began that day. Who is unknown may have to be paid for, and counts too.
    pub async fn committed_within(
        &self,
        price: Money,
        by: &str,
        since: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(u64, Money)> {
        let by = by.to_owned();
        self.read(move |db| {
            let is_today = since <= now && now < until;
            let sql = "SELECT s.pending + s.sending + s.unknown, c.segments_total, c.total
                       FROM standing s JOIN campaign c ON c.id = s.campaign
                       WHERE c.by = ?1 AND c.total > 0
                         AND ((s.state = 'scheduled' AND c.starts_at >= ?2 AND c.starts_at < ?3)
                           OR (?4 AND (s.state = 'running' OR (s.state = 'paused'
                             AND max(coalesce(s.last_at, 0), coalesce(s.first_at, 0), c.created_at) >= ?2))))";
            let mut open = db.prepare_cached(sql)?;
            let mut rows = open.query(params![by, since.as_millisecond(), until.as_millisecond(), is_today])?;
            let (mut people, mut sum) = (0, Money::ZERO);
            while let Some(row) = rows.next()? {
                let (open, segments, total): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                people += u64::try_from(open).unwrap_or_default();
                sum = sum + share(price, open, segments, total);
            }
            Ok((people, sum))
        })
        .await
    }

    /// About what so many recipients of a campaign cost at `price` a segment.
    pub async fn estimate(&self, id: CampaignId, people: u64, price: Money) -> Result<Money> {
        let people = i64::try_from(people).unwrap_or(i64::MAX);
        self.read(move |db| {
            let sql = "SELECT segments_total, total FROM campaign WHERE id = ?1";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let found: Option<(i64, i64)> = db.prepare_cached(sql)?.query_row([id.0], read).optional()?;
            Ok(found.map_or(Money::ZERO, |(segments, total)| share(price, people, segments, total)))
        })
        .await
    }

    /// About what the pending recipients of running and scheduled campaigns will cost at `price` a segment.
    pub async fn committed(&self, price: Money) -> Result<Money> {
        self.read(move |db| {
            let sql = "SELECT s.pending, c.segments_total, c.total FROM standing s JOIN campaign c ON c.id = s.campaign
                       WHERE s.state IN ('running', 'scheduled') AND c.total > 0";
            let mut open = db.prepare_cached(sql)?;
            let mut rows = open.query([])?;
            let mut sum = Money::ZERO;
            while let Some(row) = rows.next()? {
                let (pending, segments, total): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                sum = sum + share(price, pending, segments, total);
            }
            Ok(sum)
        })
        .await
    }

    /// An operator vouches for a campaign of a restored backup: it may be sent again. Audited.
    pub async fn vouch_for(&self, id: CampaignId, by: &str, at: Timestamp) -> Result<()> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| {
            there(tx.execute("UPDATE standing SET is_rolled_back = 0 WHERE campaign = ?1", [id.0])?, id)?;
            let line = audit::New {
                by: &by,
                caller: &caller,
                what: "vouch",
                about: &id.to_string(),
                count: 1,
                money: Money::ZERO,
            };
            audit::append(tx, at, &line)
        })
        .await
    }
}

fn stand(
    tx: &Tx<'_>,
    id: CampaignId,
    state: CampaignState,
    pause: Option<&PauseReason>,
    at: Timestamp,
) -> Fallible<()> {
    let sql = "SELECT state, pending + sending + unknown FROM standing WHERE campaign = ?1";
    let before = tx.prepare_cached(sql)?.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((was, open)): Option<(String, i64)> = before else { return Err(Fault::not_found(&id)) };
    if state == CampaignState::Finished && open > 0 {
        return Err(Fault::journal(format!("{id} is not settled and cannot be finished")));
    }
    if was == CampaignState::Cancelled.code() && state != CampaignState::Cancelled {
        return Err(Fault::journal(format!("{id} was cancelled and stays so")));
    }
    let (code, n, text) = pause.map_or((None, None, None), |reason| {
        let (code, n, text) = pause_parts(reason);
        (Some(code), n, text)
    });
    let sql = "UPDATE standing SET state = ?2, pause_code = ?3, pause_n = ?4, pause_text = ?5 WHERE campaign = ?1";
    tx.prepare_cached(sql)?.execute(params![id.0, state.code(), code, n, text])?;
    tracing::debug!(%id, state = state.code(), %at, "state changed");
    Ok(())
}

fn put_wish(tx: &Tx<'_>, id: CampaignId, wish: Wish, (by, caller): (&str, &str), at: Timestamp) -> Fallible<()> {
    let done = tx.execute(
        "UPDATE standing SET wish_by = CASE wish WHEN 'cancel' THEN wish_by ELSE ?3 END,
           wish = CASE wish WHEN 'cancel' THEN wish ELSE ?2 END WHERE campaign = ?1",
        params![id.0, wish.code(), by],
    )?;
    there(done, id)?;
    let about = format!("{id} {}", wish.code());
    audit::append(tx, at, &audit::New { by, caller, what: "wish", about: &about, count: 1, money: Money::ZERO })
}

/// About what so many of `total` recipients with that many segments together cost.
fn share(price: Money, people: i64, segments: i64, total: i64) -> Money {
    let units = i128::from(price.units()) * i128::from(people) * i128::from(segments) / i128::from(total.max(1));
    Money::from_units(i64::try_from(units).unwrap_or(i64::MAX))
}

/// The quarter of an hour that a time lies in.
pub(super) fn quarter(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(900_000)
}

/// What a campaign's row says when a change met none.
pub(super) fn there(changed: usize, id: CampaignId) -> Fallible<()> {
    if changed == 0 { Err(Fault::not_found(&id)) } else { Ok(()) }
}
