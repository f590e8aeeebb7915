//! The whole loop: link → SMS → clicks.
use serde_json::{Value, json};

use crate::world::World;

const WORLD: &[&str] = &["--audience", "0", "--stats-lag", "0s"];

fn is_time(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    // 2026-11-23T14:00:00.000+00:00
    text.len() >= 25 && text.as_bytes()[10] == b'T' && (text.ends_with("+00:00") || text.contains("+08:00"))
}

#[test]
fn a_link_is_made_sent_and_clicked() {
    let world = World::new(WORLD);
    let link = world.json(0, &["shorten", "https://shop.example/12?a=1", "--name", "双12 VIP", "--tag", "vip"]);
    let sid = link["sid"].as_str().unwrap();
    assert_eq!(link["long_url"], "https://shop.example/12?a=1");
    assert_eq!(link["short_url"], format!("https://dx5.cn/{sid}"));
    assert_eq!(link["name"], "双12 VIP");
    assert!(is_time(&link["created_at"]), "{link}");

    let text = format!("【云雀】您的礼物 dx5.cn/{sid}");
    let list = "mobile,name\n13800138000,Li\n139 0013 9000,Wang\n13800138000,Li again\n12345,broken\n";
    let file = world.file("list.csv", list);
    let args = ["send", "--recipients", &file, "--text", &text, "--mobile-stat", "--kind", "notification", "--yes"];
    let sent = world.json(0, &args)["campaign"].clone();
    assert_eq!(sent["id"], "c1");
    assert_eq!(sent["state"], "finished");
    assert_eq!(sent["kind"], "notification");
    assert_eq!(sent["mobile_stat"], true);
    assert_eq!(sent["link_sids"], json!([sid]));
    assert_eq!(sent["rejected_rows"], 1);
    assert_eq!(sent["segments"], 1);
    assert_eq!(sent["fee"], 0.1);
    let counts = json!({"total": 2, "pending": 0, "sending": 0, "accepted": 2, "refused": 0, "unknown": 0});
    assert_eq!(sent["counts"], counts);
    assert!(is_time(&sent["created_at"]), "{sent}");

    let ledger = world.sandbox.ledger();
    assert_eq!(ledger.len(), 2);
    assert!(ledger.iter().all(|message| message["mobile_stat"] == true), "{ledger:?}");
    assert!(ledger.iter().all(|message| !message["text"].as_str().unwrap().contains(sid)), "own links: {ledger:?}");

    assert_eq!(world.sandbox.post("/_sandbox/click", "mobile=13800138000&times=3"), 204);
    let clicks = world.json(0, &["clicks", sid]);
    assert_eq!(clicks["source"], "clicked");
    assert_eq!(clicks["totals"]["clicks"], 3);
    assert_eq!(clicks["totals"]["clickers"], 1);
    assert_eq!(clicks["totals"]["recipients"], 2);
    let numbers = clicks["numbers"].as_array().unwrap();
    assert_eq!(numbers.len(), 1, "only those with at least one click: {clicks}");
    assert_eq!(numbers[0]["mobile"], "+8613800138000");
    assert_eq!(numbers[0]["clicks"], 3);
    let masked = world.json(0, &["clicks", "--campaign", "c1", "--mask"]);
    assert_eq!(masked["numbers"][0]["mobile"], "138****8000");
    assert_eq!(masked["sid"], sid);

    let stat = world.json(0, &["stat", sid]);
    assert_eq!(stat["sid"], sid);
    assert!(stat["total"].is_u64() && stat["series"].is_array() && stat["counters"].is_object(), "{stat}");
    assert!(is_time(&stat["from"]) && is_time(&stat["to"]) && is_time(&stat["as_of"]), "{stat}");

    let story = world.json(0, &["find", "+86 138-0013-8000"]);
    assert_eq!(story["messages"][0]["campaign"], "c1");
    assert_eq!(story["messages"][0]["outcome"], "accepted");
    assert_eq!(story["messages"][0]["clicks"], 3);
    assert!(is_time(&story["messages"][0]["first_click_at"]) && is_time(&story["messages"][0]["last_click_at"]));

    assert_eq!(world.json(0, &["links"])["links"][0]["sid"], sid);
    assert_eq!(world.json(0, &["links", "show", sid])["link"]["campaigns"], json!(["c1"]));
    assert_eq!(world.json(0, &["campaigns", "list"])["campaigns"][0]["id"], "c1");
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["refused"], json!([]));
    assert_eq!(world.json(0, &["balance"])["balance"], 99_999.9);
    assert_eq!(world.json(0, &["today"])["accepted_today"], 2);
    assert_eq!(world.json(0, &["audit", "verify"])["intact"], true);
    let audit = world.json(0, &["audit", "list", "--last", "3"])["lines"].as_array().unwrap().clone();
    assert!(audit.len() == 3 && audit.iter().all(|line| is_time(&line["at"]) && !line["by"].is_null()), "{audit:?}");
    let lines = world.json(0, &["audit", "list"])["lines"].as_array().unwrap().clone();
    let sent = lines.iter().find(|line| line["what"] == "send").unwrap();
    assert_eq!((sent["about"].as_str(), sent["count"].as_u64()), (Some("c1"), Some(2)), "{sent}");
    assert!(world.json(0, &["doctor", "--journal"])["checks"].as_array().unwrap().len() > 10);
}

#[test]
fn clicks_are_written_to_files_and_an_existing_file_is_kept() {
    let world = World::new(WORLD);
    let sid = world.json(0, &["shorten", "https://shop.example/"])["sid"].as_str().unwrap().to_owned();
    let text = format!("【云雀】 dx5.cn/{sid}");
    world.run(&["send", "--to", "13800138000", "--text", &text, "--mobile-stat", "--yes"]).expect(0);
    assert_eq!(world.sandbox.post("/_sandbox/click", "mobile=13800138000"), 204);
    world.run(&["clicks", &sid, "--csv", "clicks.csv", "--xlsx", "clicks.xlsx"]).expect(0);
    let csv = std::fs::read_to_string(world.path("clicks.csv")).unwrap();
    assert!(csv.contains("13800138000"), "{csv}");
    assert!(std::fs::read(world.path("clicks.xlsx")).unwrap().starts_with(b"PK"));
    let again = world.run(&["--json", "clicks", &sid, "--csv", "clicks.csv"]).expect(2);
    assert_eq!(again.json()["error"]["kind"], "file-exists");
    assert!(again.json()["error"]["hint"].as_str().unwrap().contains("--force"), "{again:?}");
    assert_eq!(std::fs::read_to_string(world.path("clicks.csv")).unwrap(), csv);
    let seen = world.json(0, &["clicks", &sid]);
    let back = world.json(0, &["clicks", "import", "clicks.csv", "--link", &sid]);
    assert!(is_time(&back["numbers"][0]["first_at"]) && is_time(&back["numbers"][0]["last_at"]), "{back}");
    assert_eq!(back["numbers"], seen["numbers"], "what we wrote we read");
    world.run(&["clicks", &sid, "--csv", "clicks.csv", "--force", "--mask"]).expect(0);
    let replaced = std::fs::read_to_string(world.path("clicks.csv")).unwrap();
    assert!(replaced.contains("138****8000") && !replaced.contains("13800138000"), "{replaced}");
}

#[test]
fn a_sheet_of_the_web_console_is_taken_as_the_clicks_of_a_link() {
    let world = World::new(WORLD);
    let sid = world.json(0, &["shorten", "https://shop.example/"])["sid"].as_str().unwrap().to_owned();
    let sheet = world.file("sheet.csv", "手机号,点击次数,首次点击时间\n13800138000,2,2026-11-23 14:00:00\n");
    let clicks = world.json(0, &["clicks", "import", &sheet, "--link", &sid]);
    assert_eq!(clicks["source"], "import");
    assert_eq!(clicks["numbers"][0]["mobile"], "+8613800138000");
    assert_eq!(clicks["numbers"][0]["clicks"], 2);
    assert_eq!(clicks["numbers"][0]["first_at"], "2026-11-23T06:00:00.000+00:00");
    // Counters only grow: an answer that knows nobody does not take the sheet's clicks away.
    let asked = world.json(0, &["clicks", &sid]);
    assert_eq!((&asked["source"], &asked["totals"]["clicks"]), (&clicks["source"], &clicks["totals"]["clicks"]));
}

#[test]
fn a_paused_campaign_is_listed_noted_duplicated_and_cancelled() {
    let world = World::new(WORLD);
    let file = world.file("list.txt", crate::world::numbers(0, 30));
    let text = "【云雀】hello";
    let args = ["send", "--recipients", &file, "--text", text, "--kind", "notification", "--yes", "--canary", "10"];
    let sent = world.json(1, &args)["campaign"].clone();
    assert_eq!(sent["state"], "paused");
    assert_eq!(sent["pause"]["reason"], "canary");
    assert_eq!(sent["counts"]["accepted"], 10);
    assert_eq!(sent["counts"]["pending"], 20);
    let noted = world.json(0, &["campaigns", "note", "c1", "看一下 delivery"]);
    assert_eq!(noted["campaign"]["note"]["text"], "看一下 delivery");
    assert_eq!(world.json(0, &["campaigns", "duplicate", "c1"])["draft"]["copied_from"], "c1");
    assert_eq!(world.json(0, &["campaigns", "take-over", "c1"])["asked"], Value::Null);
    let resumed = world.json(0, &["campaigns", "resume", "c1", "--yes"])["campaign"].clone();
    assert_eq!(resumed["counts"]["accepted"], 30);
    assert_eq!(resumed["state"], "finished");
    let again = world.json(0, &["campaigns", "resume", "c1"])["campaign"].clone();
    assert_eq!(again["state"], "finished");

    let args =
        ["send", "--recipients", &file, "--text", "【云雀】other", "--kind", "notification", "--yes", "--canary", "5"];
    world.json(1, &args);
    let cancelled = world.json(0, &["campaigns", "cancel", "c2"])["campaign"].clone();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(world.sandbox.accepted(), 35);
}

#[test]
fn a_campaign_for_later_is_scheduled_and_nothing_is_sent() {
    let world = World::new(WORLD);
    let args = ["send", "--to", "13800138000", "--text", "【云雀】later", "--at", "+2h", "--yes"];
    let sent = world.json(0, &args)["campaign"].clone();
    assert_eq!(sent["state"], "scheduled");
    assert_eq!(sent["counts"]["pending"], 1);
    assert!(is_time(&sent["starts_at"]), "{sent}");
    assert_eq!(world.sandbox.writes(), 0);
    assert_eq!(world.json(0, &["today"])["scheduled"][0]["id"], "c1");
}

#[test]
fn the_suppression_list_is_filled_shown_exported_and_kept() {
    let world = World::new(WORLD);
    assert_eq!(world.json(0, &["suppression", "add", "138 0013 8000", "13900139000"])["changed"], 2);
    let file = world.file("gone.csv", "手机号\n13800138000\n13700137000\n");
    assert_eq!(world.json(0, &["suppression", "import", &file])["changed"], 1);
    assert_eq!(world.json(0, &["suppression", "remove", "13900139000"])["changed"], 1);
    let list = world.json(0, &["suppression"])["suppression"].as_array().unwrap().clone();
    let mut numbers: Vec<_> = list.iter().map(|entry| entry["mobile"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["+8613700137000", "+8613800138000"]);
    assert_eq!(world.json(0, &["suppression", "export", "list.csv"])["rows"], 2);
    world.json(2, &["suppression", "export", "list.csv"]);
    world.json(2, &["suppression", "add", "13800138000", "12345"]);
    world.json(2, &["--read-only", "suppression", "add", "13800138001"]);
    let last = world.run(&["suppression", "add", "13800138001", "--json", "-q"]).expect(0);
    assert_eq!(last.json()["changed"], 1, "flags stand before or after the verb");
    let to = ["send", "--to", "13800138000,13600136000", "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    assert_eq!(world.json(0, &to)["campaign"]["counts"]["total"], 1, "who is on the list is not written to");
}

#[test]
fn a_campaign_is_exported_with_its_left_out_rows_and_a_scheduled_one_gets_another_time() {
    let world = World::new(WORLD);
    let file = world.file("list.txt", "13800138000\n123\n13900139000\n");
    let args =
        ["send", "--recipients", &file, "--text", "【云雀】hi", "--kind", "notification", "--yes", "--at", "+2h"];
    assert_eq!(world.json(0, &args)["campaign"]["state"], "scheduled");
    assert_eq!(world.json(0, &["campaigns", "export", "c1", "all.csv"])["rows"], 2);
    assert_eq!(world.json(0, &["campaigns", "export", "c1", "left.csv", "--left-out"])["rows"], 1);
    assert!(std::fs::read_to_string(world.path("left.csv")).unwrap().contains("\n2,"), "the row, as an editor counts");
    let before = world.json(0, &["campaigns", "show", "c1"])["campaign"]["starts_at"].clone();
    let after = world.json(0, &["campaigns", "reschedule", "c1", "+5h"])["campaign"]["starts_at"].clone();
    assert_ne!(before, after);
    world.json(2, &["campaigns", "reschedule", "c1", "-1h"]);
    world.json(0, &["campaigns", "cancel", "c1"]);
    world.json(2, &["campaigns", "reschedule", "c1", "+5h"]);
}

#[test]
fn a_dry_run_asks_four_questions_and_sends_nothing() {
    let world = World::new(&["--audience", "0"]);
    world.json(0, &["send", "--to", "13800138000", "--text", "【云雀】hi", "--dry-run"]);
    let asked: Vec<String> =
        world.sandbox.requests().into_iter().filter(|(_, n)| *n > 0).map(|(name, _)| name).collect();
    for name in ["user/get", "sign/get", "tpl/get", "get_black_word"] {
        assert!(asked.iter().any(|one| one.contains(name)), "{name}: {asked:?}");
    }
    assert_eq!((asked.len(), world.sandbox.writes()), (4, 0), "{asked:?}");
    assert_eq!(world.json(0, &["campaigns"])["campaigns"], serde_json::json!([]));
}
