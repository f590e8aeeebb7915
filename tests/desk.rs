//! The operator's desk against the sandbox: what is made is remembered, what is fetched is kept, what is refused is said.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]
#[path = "desk/bench.rs"]
mod bench;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use bench::Bench;
use jiff::ToSpan;
use yunque::app::{
    Arrangement, CampaignsOutlook, ClicksOutlook, ComposeField, ComposeOutlook, Group, LinksOutlook, Outlook, PaneName,
    SortBy, Subject,
};
use yunque::campaign::Due;
use yunque::desk::{Desk, FindingState, Manner, Marks, Order, Terminal, Wanted, doctor, mobile};
use yunque::problem::{Explain, InputProblem, Problem, Sent};
use yunque::sms::{
    CampaignId, CampaignState, CheckName, CheckState, ClickSource, Draft, Kind, Preflight, Reading, Recipients, Row,
    Sid, Source, Start,
};
use yunque::words::Lang;

fn kind<T: std::fmt::Debug>(result: Result<T, Problem>) -> &'static str {
    result.unwrap_err().kind()
}

fn order(text: &str, to: &str) -> Order {
    Order { text: text.into(), recipients: Arc::new(Recipients::typed(to)), ..Order::default() }
}

#[tokio::test]
async fn a_link_that_was_made_is_remembered() {
    let bench = Bench::start().await;
    let made = bench.desk.shorten("https://a.example/x", Some("双12"), vec!["vip, 双12".into()]).await.unwrap();
    assert_eq!((made.short.name.as_str(), made.by.as_str()), ("双12", "lina"));
    assert_eq!(made.counts_until, bench.now().checked_add((30 * 24).hours()).unwrap());
    let address = made.short.short_url.clone();
    let known = bench.desk.link(&address).await.unwrap();
    assert_eq!((known.short.sid, known.tags), (made.short.sid.clone(), vec!["vip".to_owned(), "双12".to_owned()]));
    bench.desk.archive(&made.short.sid, true).await.unwrap();
    assert!(bench.desk.links(false).await.unwrap().is_empty());
    assert_eq!(bench.desk.links(true).await.unwrap().len(), 1);
    assert_eq!(kind(bench.desk.link("nobody").await), "no-such-link");
}

#[tokio::test]
async fn where_somebody_looked_is_theirs_alone_and_what_is_not_understood_is_forgotten() {
    let mut bench = Bench::start().await;
    assert_eq!(bench.desk.outlook().await, None);
    let outlook = Outlook {
        pane: PaneName::Clicks,
        links: LinksOutlook { filter: "黑五".into(), selected: Some(Sid("Bf26Kq".into())), has_archived: true },
        compose: ComposeOutlook { field: ComposeField::Text },
        campaigns: CampaignsOutlook { filter: "c14".into(), selected: Some(CampaignId(141)), is_open: true },
        clicks: ClicksOutlook {
            subject: Some(Subject::Campaign(CampaignId(140))),
            is_chosen: true,
            group: Group::NotDelivered,
            arrangement: Arrangement { filter: "0042".into(), by: SortBy::Number, is_reversed: true },
            selected: Some(mobile("13800138000").unwrap()),
        },
    };
    bench.desk.keep_outlook(&outlook).await.unwrap();
    assert_eq!(bench.desk.outlook().await, Some(outlook));
    for (kept, understood) in [
        ("{\"pane\":\"galaxy\",\"clicks_group\":\"x\",\"clicks_filter\":\"a\\u001b1\",\"more\":[]}", true),
        ("{\"pane\": 4}", false),
        ("{", false),
        ("", false),
    ] {
        bench.desk.store().set_view_state("outlook/lina", kept).await.unwrap();
        let plain = Outlook {
            clicks: ClicksOutlook {
                arrangement: Arrangement { filter: "a1".into(), ..Arrangement::default() },
                ..ClicksOutlook::default()
            },
            ..Outlook::default()
        };
        assert_eq!(bench.desk.outlook().await, understood.then_some(plain), "{kept}");
    }
    bench.reopen(|config| config.operator = "priya".into());
    assert_eq!(bench.desk.outlook().await, None);
}

#[tokio::test]
async fn a_sandbox_is_believed_once_it_has_said_so_and_only_where_one_may_be() {
    let mut bench = Bench::start().await;
    assert_eq!(bench.desk.is_sandbox(), None);
    bench.desk.account().await.unwrap();
    assert_eq!(bench.desk.is_sandbox(), Some(true));
    bench.reopen(|config| config.profile.is_sandbox = false);
    bench.desk.account().await.unwrap();
    assert_eq!(bench.desk.is_sandbox(), Some(false));
}

#[tokio::test]
async fn what_is_no_web_address_never_reaches_the_api() {
    let bench = Bench::start().await;
    for url in ["", "a.example", "ftp://a.example/x", "https://"] {
        assert_eq!(kind(bench.desk.shorten(url, None, Vec::new()).await), "not-a-url", "{url}");
    }
    assert_eq!(bench.requests().await, "{}");
}

#[tokio::test]
async fn an_order_becomes_a_plan_once_or_says_why_not() {
    let bench = Bench::start().await;
    let plan = |text: &str, to: &str| bench.desk.plan(order(text, to));
    assert_eq!(kind(plan(" ", "13800138000")), "empty-text");
    assert_eq!(kind(plan("你好", "13800138000")), "no-signature");
    assert_eq!(kind(plan(&format!("【云雀】{}", "长".repeat(500)), "13800138000")), "text-too-long");
    assert_eq!(kind(plan("【云雀】你好", "")), "no-recipients");
    assert_eq!(
        plan("【云雀】你好", "123, 010-12345678").unwrap_err(),
        InputProblem::no_recipients(&Recipients::typed("123, 010-12345678")).into()
    );
    let late = Order { at: Some(bench.now()), ..order("【云雀】你好", "13800138000") };
    assert_eq!(kind(bench.desk.plan(late)), "past-time");

    let text = "【云雀】看 https://dx5.cn/aB3 和 dx5.cn/aB3，yp2.cn/Zz9，other.cn/x";
    let one = plan(text, "13800138000").unwrap();
    assert_eq!(one.link_sids, [Sid("aB3".into()), Sid("Zz9".into())]);
    assert_eq!((one.kind, one.start, one.pacing.batch_size), (Kind::Notification, Start::Now, 200));
    let two = plan("【云雀】你好", "13800138000 13900139000").unwrap();
    assert_eq!((two.kind, two.name.as_str()), (Kind::Marketing, "你好"));
}

#[tokio::test]
async fn recipients_come_typed_or_from_a_file_without_those_who_opted_out() {
    let bench = Bench::start().await;
    bench.desk.suppress(vec![mobile("13900139000").unwrap()]).await.unwrap();
    let typed = Source::Typed("13800138000\n139 0013 9000\n13800138000\nx".into());
    let list = bench.desk.recipients(typed, Vec::new()).await.unwrap();
    assert_eq!((list.len(), list.duplicates(), list.malformed(), list.rejected().len()), (1, 1, 1, 3));

    let file = bench.file("list.csv", "手机,姓名\n13800138000,陈\n13900139000,李\n13700137000,王\n");
    let from_file = Source::File { path: file.display().to_string(), reading: Reading::default() };
    let list = bench.desk.recipients(from_file, Desk::variables("【云雀】{姓名}你好")).await.unwrap();
    assert_eq!((list.len(), list.columns.clone()), (2, vec!["姓名".to_owned()]));
    assert_eq!(list.values(1), "王");
    let gone = Source::File { path: "/nowhere.csv".into(), reading: Reading::default() };
    assert_eq!(kind(bench.desk.recipients(gone, Vec::new()).await), "file");

    let own = bench.file("own.csv", "id,手机,姓名,level\n1,13800138000,陈,gold\n2,13700137000,王,gold\n");
    let own = Source::File { path: own.display().to_string(), reading: Reading::default() };
    let list = bench.desk.recipients(own, Vec::new()).await.unwrap();
    let columns = ["姓名".to_owned(), "level".to_owned()];
    assert_eq!((list.columns.as_slice(), list.values(1)), (&columns[..], "王\u{1f}gold"), "to say who somebody is");

    let sheet = bench.desk.peek(&file.display().to_string(), Reading::default()).await.unwrap();
    assert_eq!((sheet.mobile_column, sheet.columns), (0, vec!["手机".to_owned(), "姓名".to_owned()]));
    let shown = bench.desk.complete(&file.display().to_string()[..file.display().to_string().len() - 2]).await.unwrap();
    assert_eq!(shown, [file.display().to_string()]);
}

#[tokio::test]
async fn a_sheet_of_the_web_console_is_the_clicks_of_a_link() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let sheet = bench.file("clicks.csv", "手机号,点击次数,最后点击时间\n13800138000,3,2026-11-20 14:02:05\n1390,1,\n");
    let clicks = bench.desk.import_clicks(&sheet, &link.short.sid.0, false, false).await.unwrap();
    assert_eq!((clicks.source, clicks.totals.clicks, clicks.totals.clickers), (ClickSource::Import, 3, 1));
    assert_eq!(clicks.unreadable, 1);
    assert_eq!(kind(bench.desk.import_clicks(&sheet, "unknown", false, false).await), "no-such-link");

    let target = bench.folder().join("out.csv");
    let written = bench.desk.export_clicks(&clicks, &target, Manner::default()).await.unwrap();
    assert_eq!(written.rows, 1);
    let text = fs::read_to_string(&target).unwrap();
    assert_eq!(text.lines().next(), Some("mobile,clicks,first_at,last_at"));
    assert!(text.contains("13800138000,3,"), "{text}");
    assert_eq!(kind(bench.desk.export_clicks(&clicks, &target, Manner::default()).await), "file-exists");
    let masked = Manner { is_masked: true, ..Manner::default() };
    bench.desk.export_clicks(&clicks, &bench.folder().join("masked.csv"), masked).await.unwrap();
    assert!(!fs::read_to_string(bench.folder().join("masked.csv")).unwrap().contains("13800138000"));

    let lines = bench.desk.audit_lines(10).await.unwrap();
    let done: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(done, ["export", "export", "clicks-import"]);
    assert_eq!(bench.desk.verify_audit().await.unwrap().broken_at, None);
}

#[tokio::test]
async fn a_link_that_was_made_and_could_not_be_kept_is_named() {
    let bench = Bench::start().await;
    let database = rusqlite::Connection::open(bench.folder().join("data/yunque.db")).unwrap();
    database.execute_batch("CREATE TRIGGER full BEFORE INSERT ON link BEGIN SELECT RAISE(FAIL, 'full'); END").unwrap();
    let problem = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap_err();
    let Problem::Input(InputProblem::LinkNotKept { sid, short_url, .. }) = &problem else { panic!("{problem:?}") };
    assert!(!sid.is_empty() && short_url.ends_with(sid.as_str()), "{problem:?}");
    let sentence = problem.sentence(Lang::En);
    assert!(sentence.contains(short_url) && sentence.contains("The link was made."), "{sentence}");
    assert!(sentence.contains("do not make it again") && !sentence.contains("Nothing was sent"), "{sentence}");
    assert_eq!((problem.kind(), problem.sent(), problem.exit()), ("link-not-kept", Sent::Yes, 1));
}

#[tokio::test]
async fn a_wrong_sheet_replaces_nothing_by_itself_and_can_be_undone() {
    let bench = Bench::start().await;
    let sid = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap().short.sid;
    let link = Subject::Link(sid.clone());
    assert_eq!(kind(bench.desk.forget_clicks(&sid.0).await), "no-sheet");
    let right = bench.file("right.csv", "手机号,点击次数\n13800138000,3\n13900139000,4\n");
    let wrong = bench.file("wrong.csv", "手机号,点击次数\n13700137000,5\n");
    bench.desk.import_clicks(&right, &sid.0, false, false).await.unwrap();
    assert_eq!(kind(bench.desk.import_clicks(&wrong, &sid.0, false, false).await), "fewer-clicks");
    let kept = bench.desk.clicks(&link, Wanted::Numbers).await.unwrap();
    assert_eq!((kept.source, kept.totals.clicks), (ClickSource::Import, 7), "more than the API knows: the sheet stays");
    bench.desk.import_clicks(&wrong, &sid.0, true, false).await.unwrap();

    let forgotten = bench.desk.forget_clicks(&sid.0).await.unwrap();
    assert_eq!((forgotten.totals.clicks, forgotten.totals.clickers), (5, 1));
    assert_eq!(bench.desk.clicks_seen(&link).await.unwrap(), None);
    let asked = bench.desk.clicks(&link, Wanted::Numbers).await.unwrap();
    assert_eq!((asked.source, asked.totals.clicks), (ClickSource::Clicked, 0));
    let lines = bench.desk.audit_lines(1).await.unwrap();
    assert_eq!((lines[0].what.as_str(), lines[0].count), ("clicks-forget", 1));
}

#[tokio::test]
async fn strangers_who_clicked_are_told_apart_and_never_raise_the_rate() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let sid = link.short.sid.clone();
    let text = format!("【云雀】看 {} 拒收请回复R", link.short.bare());
    let sheet = bench.file("s.csv", "手机号,点击次数\n13800138000,1\n13500135000,2\n13500135001,2\n13500135002,2\n");
    let clicks = bench.desk.import_clicks(&sheet, &sid.0, false, false).await.unwrap();
    assert_eq!(clicks.totals.strangers, 0, "sent to nobody we know of: nobody can be told apart");
    let plan = Order { mobile_stat: true, ..order(&text, "13800138000 13900139000") };
    bench.sent(&bench.desk.plan(plan).unwrap()).await;
    let clicks = bench.desk.clicks_seen(&Subject::Link(sid)).await.unwrap().unwrap();
    let totals = clicks.totals;
    assert_eq!((totals.clickers, totals.strangers, totals.denominator), (4, 3, 2));
    assert_eq!((totals.of_recipients(), totals.per_mille()), (1, Some(500)));
}

#[tokio::test]
async fn totals_are_fetched_and_kept_for_the_next_look() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    bench.visit(&link.short.sid.0).await;
    bench.advance(Duration::from_mins(1));
    let total = bench.desk.stat(&link.short.sid.0, None, None).await.unwrap();
    assert_eq!((total.stat.total(), total.stat.source), (Some(1), "series"));
    let known = bench.desk.link(&link.short.sid.0).await.unwrap();
    assert_eq!(known.clicks.map(|(clicks, _)| clicks), Some(1));
    let now = bench.now();
    assert_eq!(kind(bench.desk.stat(&link.short.sid.0, Some(now), Some(now)).await), "empty-time");
    assert_eq!(bench.desk.stat("nosuch", None, None).await.unwrap_err().code(), Some(-55));
}

#[tokio::test]
async fn a_draft_is_kept_listed_and_thrown_away() {
    let bench = Bench::start().await;
    let mut draft = Draft { text: "【云雀】".into(), ..Draft::new(bench.now()) };
    bench.desk.save_draft(&draft).await.unwrap();
    draft.text = "【云雀】你好".into();
    bench.desk.save_draft(&draft).await.unwrap();
    assert_eq!(bench.desk.drafts().await.unwrap(), [draft.clone()]);
    bench.desk.discard_draft(draft.id).await.unwrap();
    assert!(bench.desk.drafts().await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_may_be_tried_again_only_later_is_not_counted_as_one_for_now() {
    let bench = Bench::start().await;
    let plan = || bench.desk.plan(order("【云雀】你好", "13800138000")).unwrap();
    bench.sent(&plan()).await;
    let begun = bench.desk.start(&plan(), None).await.unwrap();
    let refused = begun.run.unwrap().join().await.unwrap();
    assert_eq!(refused.counts.refused, 1, "the same within thirty seconds: {refused:?}");
    let may = bench.desk.retryable(begun.id).await.unwrap();
    assert_eq!((may.now, may.later), (0, 1));
    assert_eq!(bench.desk.campaign_page(begun.id).await.unwrap().unwrap().retryable, 0);
    bench.advance(Duration::from_secs(31));
    let may = bench.desk.retryable(begun.id).await.unwrap();
    assert_eq!((may.now, may.later), (1, 0));
}

#[tokio::test]
async fn of_many_saves_at_once_one_draft_is_left_and_it_is_the_last() {
    let bench = Bench::start().await;
    let first = Draft::new(bench.now());
    let saves: Vec<Draft> = (0..12)
        .map(|i| Draft {
            text: format!("【云雀】{i}"),
            saved_at: bench.now() + i64::from(i).seconds(),
            ..first.clone()
        })
        .collect();
    // All at once, the newest handed over first.
    let saved = futures_util::future::join_all(saves.iter().rev().map(|draft| bench.desk.save_draft(draft))).await;
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    assert_eq!(bench.desk.drafts().await.unwrap(), [saves[11].clone()]);
}

#[test]
fn an_export_that_is_dropped_at_any_moment_leaves_a_whole_file_that_the_audit_names_or_none() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (bench, desk, id) = runtime.block_on(async {
        let bench = Bench::start().await;
        let plan = bench.desk.plan(order("【云雀】你好", "13800138000,13900139000")).unwrap();
        let id = bench.sent(&plan).await;
        let desk = bench.desk.clone();
        (bench, desk, id)
    });
    let file = |polls: u32| bench.folder().join(format!("out-{polls}.csv"));
    let mut last = 0;
    runtime.block_on(async {
        // Looked at once more each time, until it is done: each moment at which it waits for something is met.
        for polls in 1..200 {
            last = polls;
            let mut left = polls;
            let gives_up = std::future::poll_fn(|_| {
                left -= 1;
                if left == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
            });
            let out = file(polls);
            tokio::select! {
                done = desk.export_campaign(id, &out, Manner::default()) => { done.unwrap(); break }
                () = gives_up => {}
            }
        }
    });
    // What the dropped ones left running comes to its end with the runtime.
    drop(runtime);
    assert!(last > 5 && file(last).exists(), "{last}");
    let lines = tokio::runtime::Runtime::new().unwrap().block_on(desk.store().audit_lines(1000)).unwrap();
    for out in (1..=last).map(file).filter(|out| out.exists()) {
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 3, "{out:?}");
        let name = out.display().to_string();
        assert!(lines.iter().any(|line| line.what == "export" && line.about.ends_with(&name)), "{out:?}: {lines:?}");
    }
    let is_left = |name: &str| name.starts_with(".yunque-");
    let names = fs::read_dir(bench.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| is_left(name)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[tokio::test]
async fn a_read_only_profile_looks_and_changes_nothing() {
    let mut bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    bench.reopen(|config| config.profile.is_read_only = true);
    assert_eq!(bench.desk.links(false).await.unwrap().len(), 1);
    assert!(bench.desk.account().await.unwrap().balance.units() > 0);
    let before = bench.requests().await;
    assert_eq!(kind(bench.desk.shorten("https://a.example/", None, Vec::new()).await), "read-only-profile");
    assert_eq!(kind(bench.desk.archive(&link.short.sid, true).await), "read-only-profile");
    assert_eq!(kind(bench.desk.suppress(vec![mobile("13800138000").unwrap()]).await), "read-only-profile");
    let plan = bench.desk.plan(order("【云雀】你好", "13800138000")).unwrap();
    assert_eq!(kind(bench.desk.start(&plan, None).await), "read-only-profile");
    assert_eq!(bench.requests().await, before);
}

#[tokio::test]
async fn another_accounts_key_is_refused_by_the_database() {
    let mut bench = Bench::start().await;
    let other = "f".repeat(32);
    let problem = bench.open_with(Some(&other)).unwrap_err();
    assert_eq!(problem.kind(), "other-account");
    let without = bench.open_with(None).unwrap();
    assert_eq!(kind(without.account().await), "config");
    assert!(without.links(false).await.unwrap().is_empty(), "local reads need no key");
}

#[tokio::test]
async fn the_doctor_looks_at_everything_and_says_what_to_do() {
    let bench = Bench::start().await;
    let terminal =
        Terminal { term: "dumb".into(), size: Some((80, 24)), log: "/tmp/log".into(), ..Terminal::default() };
    let rows = doctor(Ok(bench.desk.config()), Ok(&bench.desk), &bench::environment(), &terminal, Lang::En).await;
    let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
    for name in [
        "config",
        "key",
        "terminal",
        "locale",
        "clipboard",
        "data",
        "space",
        "sqlite",
        "audit",
        "api",
        "clock",
        "balance",
        "log",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
    assert_eq!(row("api").state, FindingState::Ok);
    assert_eq!(row("terminal").state, FindingState::Warn);
    assert!(rows.iter().all(|row| row.state == FindingState::Ok || !row.hint.is_empty()), "{rows:?}");

    let problem: Problem = InputProblem::EmptyNote.into();
    let nothing = yunque::problem::ConfigProblem::NoAccount { path: "/x/config.toml".into() };
    let rows = doctor(Err(&nothing), Err(&problem), &bench::environment(), &terminal, Lang::ZhCn).await;
    assert_eq!(rows[0].state, FindingState::Fail);
}

#[tokio::test]
async fn today_is_one_page_also_when_the_api_is_away() {
    let mut bench = Bench::start().await;
    bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let today = bench.desk.today().await.unwrap();
    assert!(today.account.is_ok() && today.closing.is_empty() && !today.is_watched);
    bench.advance(Duration::from_hours(28 * 24));
    assert_eq!(bench.desk.today().await.unwrap().closing.len(), 1);
    let watch = bench.desk.begin_watch().unwrap();
    assert!(bench.desk.is_watched());
    assert_eq!(kind(bench.desk.begin_watch()), "watched");
    bench.reopen(|config| config.profile.is_read_only = true);
    assert!(bench.desk.is_watched(), "whoever may only read sees it, too");
    bench.reopen(|_| {});
    drop(watch);
    assert!(!bench.desk.is_watched());
    bench.reopen(|config| config.profile.base_url = "http://127.0.0.1:9".into());
    assert!(bench.desk.today().await.unwrap().account.is_err());
}

#[tokio::test]
async fn clicks_by_number_know_their_campaign_and_their_denominator() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let sid = link.short.sid.clone();
    let text = format!("【云雀】看 {} 拒收请回复R", link.short.bare());
    let send = |to: &'static str, is_test: bool| {
        let order = Order { mobile_stat: true, is_test, ..order(&text, to) };
        bench.desk.plan(order).unwrap()
    };
    let ids = [
        bench.sent(&send("13800138000, 13900139000, 13700137000", false)).await,
        bench.sent(&send("13600136000", true)).await,
    ];
    let unseen = bench.desk.find(mobile("13800138000").unwrap()).await.unwrap();
    assert_eq!(unseen.lines[0].clicks, None, "nobody has looked: that is not nobody clicked");
    for number in ["13800138000", "13600136000"] {
        bench.click(number, &sid.0, 2).await;
    }
    bench.advance(Duration::from_mins(1));

    let by_link = bench.desk.clicks(&Subject::Link(sid.clone()), Wanted::Numbers).await.unwrap();
    assert_eq!(by_link.source, ClickSource::Clicked);
    let numbers: Vec<String> = by_link.rows.iter().map(|row| row.mobile.wire()).collect();
    assert_eq!(numbers, ["13800138000"], "a test number's clicks are the operator's own");
    let totals = by_link.totals;
    assert_eq!((totals.clicks, totals.clickers, totals.recipients, totals.denominator), (2, 1, 3, 3));

    let by_test = bench.desk.clicks(&Subject::Campaign(ids[1]), Wanted::Numbers).await.unwrap();
    assert_eq!(by_test.rows.iter().map(|row| row.mobile.wire()).collect::<Vec<_>>(), ["13600136000"]);
    let page = bench.desk.click_page(&Subject::Campaign(ids[0]), yunque::app::Group::NoReport, false).await.unwrap();
    let page = page.unwrap();
    assert_eq!((page.groups, page.table.rows.len()), ([1, 0, 0, 2], 2));

    let story = bench.desk.find(mobile("13800138000").unwrap()).await.unwrap();
    assert_eq!((story.lines.len(), story.lines[0].campaign), (1, ids[0]));
    assert_eq!(story.lines[0].clicks.map(|(clicks, ..)| clicks), Some(2));
    let seen = bench.desk.clicks_seen(&Subject::Campaign(ids[0])).await.unwrap().unwrap();
    assert_eq!((story.lines[0].clicks_as_of, story.lines[0].reported_as_of), (Some(seen.as_of), None));
    let out = bench.folder().join("c.xlsx");
    assert_eq!(bench.desk.export_campaign(ids[0], &out, Manner::default()).await.unwrap().rows, 3);
}

#[tokio::test]
async fn a_newer_campaign_with_the_same_link_has_only_its_own_clickers_and_says_whom_it_shares_it_with() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let sid = link.short.sid.clone();
    let send = |what: &str| {
        let text = format!("【云雀】{what} {} 拒收请回复R", link.short.bare());
        let to = "13800138000 13900139000 13700137000";
        bench.desk.plan(Order { mobile_stat: true, ..order(&text, to) }).unwrap()
    };
    let older = bench.sent(&send("看")).await;
    bench.advance(Duration::from_mins(1));
    bench.click("13800138000", &sid.0, 2).await;
    bench.click("13900139000", &sid.0, 1).await;
    bench.advance(Duration::from_mins(10));
    let newer = bench.sent(&send("再看")).await;
    bench.advance(Duration::from_mins(1));
    bench.click("13900139000", &sid.0, 1).await;
    bench.advance(Duration::from_mins(1));

    let of_newer = bench.desk.clicks(&Subject::Campaign(newer), Wanted::Numbers).await.unwrap();
    let numbers: Vec<String> = of_newer.rows.iter().map(|row| row.mobile.wire()).collect();
    assert_eq!(numbers, ["13900139000"], "the other one clicked before it began");
    assert_eq!((of_newer.totals.clickers, of_newer.shared_with), (1, vec![older]));
    let page = bench.desk.click_page(&Subject::Campaign(newer), Group::Clicked, false).await.unwrap().unwrap();
    assert_eq!((page.groups, page.totals.clickers, page.table.rows.len()), ([1, 0, 0, 2], 1, 1));
    assert_eq!(page.shared_with, [older]);
    let out = bench.folder().join("newer.csv");
    assert_eq!(
        bench.desk.export_clicks(&clicks_of(&bench, newer).await, &out, Manner::default()).await.unwrap().rows,
        1
    );
    let story = bench.desk.find(mobile("13800138000").unwrap()).await.unwrap();
    let clicks: Vec<_> = story.lines.iter().map(|line| line.clicks.map(|(clicks, ..)| clicks)).collect();
    assert_eq!(clicks, [Some(0), Some(2)], "the newer message was not clicked");
    let of_link = bench.desk.clicks_seen(&Subject::Link(sid)).await.unwrap().unwrap();
    let totals = of_link.totals;
    assert_eq!((totals.clickers, totals.recipients, totals.denominator), (2, 3, 3), "people, each of them once");
}

async fn clicks_of(bench: &Bench, id: CampaignId) -> yunque::desk::Clicks {
    bench.desk.clicks_seen(&Subject::Campaign(id)).await.unwrap().unwrap()
}

#[tokio::test]
async fn whoever_was_refused_is_no_clicker_of_the_campaign_and_the_groups_add_up() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let text = format!("【云雀】看 {} 拒收请回复R", link.short.bare());
    // The sandbox takes no second message with the same text to a number within 30 seconds.
    let first = Order { mobile_stat: true, ..order(&text, "13800138000") };
    bench.sent(&bench.desk.plan(first).unwrap()).await;
    bench.advance(Duration::from_secs(10));
    let second = Order { mobile_stat: true, ..order(&text, "13800138000 13900139000") };
    let begun = bench.desk.start(&bench.desk.plan(second).unwrap(), None).await.unwrap();
    let sent = begun.run.unwrap().join().await.unwrap();
    assert_eq!((sent.counts.accepted, sent.counts.refused), (1, 1), "{sent:?}");
    for number in ["13800138000", "13900139000"] {
        bench.click(number, &link.short.sid.0, 1).await;
    }
    bench.advance(Duration::from_mins(1));
    let subject = Subject::Campaign(begun.id);
    let clicks = bench.desk.clicks(&subject, Wanted::Numbers).await.unwrap();
    assert_eq!((clicks.totals.clickers, clicks.totals.denominator), (1, 1));
    let page = bench.desk.click_page(&subject, Group::Clicked, false).await.unwrap().unwrap();
    let campaign = page.campaign.unwrap();
    assert_eq!(page.groups.iter().sum::<u64>() + campaign.counts.refused, campaign.total());
    assert_eq!((page.groups[0], page.totals.clickers), (1, 1));
}

#[tokio::test]
async fn the_watch_runs_what_is_due_and_collects_what_came_of_it() {
    let bench = Bench::start().await;
    let link = bench.desk.shorten("https://a.example/", None, Vec::new()).await.unwrap();
    let text = format!("【云雀】看 {} 拒收请回复R", link.short.bare());
    let at = bench.now().checked_add(1.hour()).unwrap();
    let later = Order { at: Some(at), mobile_stat: true, ..order(&text, "13800138000 13900139000") };
    let begun = bench.desk.start(&bench.desk.plan(later).unwrap(), None).await.unwrap();
    assert!(begun.run.is_none());
    assert!(bench.desk.due().await.unwrap().is_empty());
    let early = bench.desk.round(Marks::default()).await.unwrap();
    assert!(early.problems.is_empty(), "{early:?}");
    assert!(early.next.unwrap() <= at);

    bench.advance(Duration::from_hours(1));
    let id = begun.id;
    let due = bench.desk.round(early.marks).await.unwrap();
    let untouched = bench.desk.campaign(id).await.unwrap();
    assert_eq!(untouched.state, CampaignState::Scheduled, "a round, which may be dropped at any point, begins nothing");
    assert_eq!(bench.desk.due().await.unwrap(), [Due { id, is_missed: false }]);
    let run = bench.desk.begin_due(id).await.unwrap();
    assert_eq!(run.join().await.unwrap().counts.accepted, 2);

    bench.click("13800138000", &link.short.sid.0, 1).await;
    bench.advance(Duration::from_mins(10));
    let after = bench.desk.round(due.marks).await.unwrap();
    assert!(bench.desk.due().await.unwrap().is_empty() && after.problems.is_empty(), "{after:?}");
    assert_eq!(after.looked, 1);
    let seen = bench.desk.clicks_seen(&Subject::Campaign(id)).await.unwrap().unwrap();
    assert_eq!(seen.totals.clickers, 1, "the round kept what it saw");
    let out = bench.folder().join("clicked.csv");
    let group = yunque::app::Group::Clicked;
    assert_eq!(bench.desk.export_group(&Subject::Campaign(id), group, &out, Manner::default()).await.unwrap().rows, 1);
}

#[tokio::test]
async fn the_watch_looks_the_unknown_up_once_when_the_records_may_tell_and_resumes_nothing() {
    let bench = Bench::with_faults(vec!["drop-before:1".parse().unwrap()]).await;
    let plan = bench.desk.plan(order("【云雀】你好 拒收请回复R", "13800138000")).unwrap();
    let begun = bench.desk.start(&plan, None).await.unwrap();
    let paused = begun.run.unwrap().join().await.unwrap();
    assert_eq!((paused.state, paused.counts.unknown), (CampaignState::Paused, 1));

    bench.advance(Duration::from_mins(14));
    let early = bench.desk.round(Marks::default()).await.unwrap();
    assert!(early.settled.is_empty() && early.problems.is_empty(), "{early:?}");
    let before = bench.now();
    bench.advance(Duration::from_mins(2));
    let due = bench.desk.round(Marks { replies: Some(before), records: Some(before) }).await.unwrap();
    // Nothing else was sent, so no record proves that this one was not.
    let found: Vec<_> = due.settled.iter().map(|one| (one.campaign.id, one.accepted, one.unsettled)).collect();
    assert_eq!(found, [(begun.id, 0, 1)], "{due:?}");
    assert!(bench.desk.due().await.unwrap().is_empty() && due.problems.is_empty(), "{due:?}");

    let before = bench.now();
    bench.advance(Duration::from_mins(10));
    assert!(
        bench.desk.round(Marks { replies: Some(before), records: Some(before) }).await.unwrap().settled.is_empty(),
        "asked again for the same time"
    );
    assert_eq!(
        bench.desk.round(Marks::default()).await.unwrap().settled.len(),
        1,
        "a watch that has just begun makes up for it"
    );
}

#[tokio::test]
async fn a_round_that_could_not_read_the_replies_leaves_them_to_the_next() {
    let mut bench = Bench::start().await;
    let read = bench.desk.round(Marks::default()).await.unwrap().marks;
    assert_eq!((read.replies, read.records), (Some(bench.now()), Some(bench.now())));
    bench.advance(Duration::from_mins(10));
    bench.reopen(|config| config.profile.base_url = "http://127.0.0.1:1".parse().unwrap());
    let failed = bench.desk.round(read).await.unwrap();
    assert!(!failed.problems.is_empty());
    assert_eq!(failed.marks.replies, read.replies, "what nobody read is asked for again");
}

#[tokio::test]
async fn the_red_button_reaches_every_campaign_also_behind_one_that_cannot_be_paused() {
    let bench = Bench::start().await;
    let at = bench.now().checked_add(1.hour()).unwrap();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let later = Order { at: Some(at), ..order("【云雀】你好 拒收请回复R", "13800138000") };
        ids.push(bench.desk.start(&bench.desk.plan(later).unwrap(), None).await.unwrap().id);
    }
    // As processes left them that died; the newest, which is asked first, is of a restored backup.
    let sql = "UPDATE standing SET state = 'running', is_rolled_back = campaign = 3";
    rusqlite::Connection::open(bench.folder().join("data/yunque.db")).unwrap().execute_batch(sql).unwrap();
    assert_eq!(kind(bench.desk.pause_all().await), "rolled-back");
    for (id, state) in [(ids[0], CampaignState::Paused), (ids[1], CampaignState::Paused)] {
        assert_eq!(bench.desk.campaign(id).await.unwrap().state, state);
    }
}

#[tokio::test]
async fn what_was_confirmed_and_could_not_be_begun_is_named_with_what_to_do() {
    let bench = Bench::start().await;
    let plan = bench.desk.plan(order("【云雀】你好 拒收请回复R", "13800138000")).unwrap();
    // A campaign of this id was being sent by somebody when its database was put away.
    let lock = bench.folder().join("data/locks/c1.lock");
    let held = fs::File::create(lock).unwrap();
    held.lock().unwrap();
    let problem = bench.desk.start(&plan, None).await.unwrap_err();
    assert_eq!((problem.kind(), problem.sent()), ("not-begun", Sent::No));
    assert!(problem.now(Lang::En).contains("yunque campaigns resume c1"), "{}", problem.now(Lang::En));
    assert_eq!(bench.desk.campaign(CampaignId(1)).await.unwrap().state, CampaignState::Draft);
}

#[tokio::test]
async fn every_different_text_is_looked_at_for_blocked_words_and_what_changed_since_the_review_sends_nothing() {
    let bench = Bench::start().await;
    let mut list = Recipients::with_columns(vec!["name".to_owned()]);
    for (i, name) in ["陈", "赌博", "欧阳"].iter().enumerate() {
        let number = u32::try_from(i).unwrap() + 2;
        list.offer(Row { number, mobile: &format!("1380013800{i}"), values: &[name] });
    }
    let text = "【云雀】{name}，您好 拒收请回复R".to_owned();
    let plan = bench.desk.plan(Order { text, recipients: Arc::new(list), ..Order::default() }).unwrap();
    let found = |checks: &Preflight, name| checks.checks.iter().find(|check| check.name == name).unwrap().clone();
    let words = found(&bench.desk.preflight(&plan).await.unwrap(), CheckName::BlockedWords);
    assert_eq!((words.state, words.detail.as_str()), (CheckState::Block, "赌博"));
    assert_eq!(words.mobiles.to_vec(), [mobile("13800138001").unwrap()], "who would get it");

    let plan = bench.desk.plan(order("【云雀】您好 拒收请回复R", "13800138007,13800138008")).unwrap();
    let seen = bench.desk.preflight(&plan).await.unwrap();
    bench.desk.suppress(vec![mobile("13800138008").unwrap()]).await.unwrap();
    assert_eq!(kind(bench.desk.start(&plan, Some(&seen)).await), "changed");
    assert_eq!(bench.desk.campaigns(None).await.unwrap(), [], "nothing was created");
}

#[tokio::test]
async fn what_could_not_be_scheduled_or_marked_as_running_is_a_draft_that_nobody_sends_by_itself() {
    let cases = [("scheduled", CampaignState::Scheduled, [0, 0]), ("running", CampaignState::Finished, [0, 2])];
    for (state, begun, hours) in cases {
        let mut bench = Bench::start().await;
        let at = (state == "scheduled").then(|| bench.now().checked_add(1.hour()).unwrap());
        let plan = bench.desk.plan(Order { at, ..order("【云雀】你好 拒收请回复R", "13800138000") }).unwrap();
        let database = rusqlite::Connection::open(bench.folder().join("data/yunque.db")).unwrap();
        let full = format!(
            "CREATE TRIGGER full BEFORE UPDATE OF state ON standing WHEN new.state = '{state}'
             BEGIN SELECT RAISE(FAIL, 'full'); END"
        );
        database.execute_batch(&full).unwrap();
        let problem = bench.desk.start(&plan, None).await.unwrap_err();
        assert_eq!((problem.kind(), problem.sent()), ("not-begun", Sent::No), "{problem:?}");
        let sentence = problem.sentence(Lang::En);
        assert!(sentence.contains("c1 is written down") && sentence.contains("campaigns resume c1"), "{sentence}");
        database.execute_batch("DROP TRIGGER full").unwrap();

        // A disk that is well again changes nothing by itself, now or later.
        bench.reopen(|_| {});
        for hours in hours {
            bench.advance(Duration::from_hours(hours));
            assert_eq!(bench.desk.campaign(CampaignId(1)).await.unwrap().state, CampaignState::Draft);
            assert!(bench.desk.due().await.unwrap().is_empty(), "{state}");
            bench.desk.round(Marks::default()).await.unwrap();
            assert!(!bench.requests().await.contains("send"), "{state}: {}", bench.requests().await);
        }
        // Who goes on with it sends it, or leaves it to its time.
        let run = bench.desk.resume(CampaignId(1), yunque::campaign::Aside::default()).await.unwrap();
        assert_eq!(run.join().await.unwrap().state, begun);
        assert_eq!(bench.requests().await.contains("send"), at.is_none(), "{state}");
    }
}
