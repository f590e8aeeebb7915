//! How fast the engine dispatches, against `fakeyun` (see `shared/performance.md`): not a test of anything else.
//!
//! `YUNQUE_FAKEYUN=http://127.0.0.1:18080 cargo test --release --test campaign speed -- --ignored --nocapture`
use std::sync::Arc;

use yunque::campaign::SystemClock;
use yunque::sms::{CampaignState, Pacing, Plan, Recipients, Row};

use crate::house::{open, options, plan, settings};

async fn dispatched(what: &str, plan: &Plan) {
    let url = std::env::var("YUNQUE_FAKEYUN").expect("the address of fakeyun");
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let wire = yunque::yunpian::Settings { base_url: url, ..Default::default() };
    let client = yunque::yunpian::Client::new(yunque::yunpian::ApiKey::new(&"k".repeat(32)), wire).unwrap();
    let engine = yunque::campaign::Engine::new(store, client, settings(), Arc::new(SystemClock));
    let id = engine.create(plan, "bench").await.unwrap();
    let campaign = engine.run(id, options(true)).await.unwrap().join().await.unwrap();
    assert_eq!(campaign.state, CampaignState::Finished);
    let took = campaign.last_at.unwrap().duration_since(campaign.first_at.unwrap());
    let people = campaign.counts.total();
    println!("{what}: {people} in {took}, {} a second", i128::from(people) * 1_000 / took.as_millis().max(1));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; needs fakeyun"]
async fn batches() {
    let pacing = Pacing { batch_size: 1_000, in_flight: 8, ..Pacing::default() };
    dispatched("batches", &Plan { pacing, ..plan(100_000) }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; needs fakeyun"]
async fn singles() {
    let mut list = Recipients::with_columns(vec!["name".to_owned()]);
    for i in 0..1_000_u32 {
        let (mobile, name) = (format!("138{i:08}"), format!("客户{i}"));
        list.offer(Row { number: i + 1, mobile: &mobile, values: &[&name] });
    }
    let pacing = Pacing { batch_size: 1_000, in_flight: 8, ..Pacing::default() };
    let text = "【云雀】{name}您好".to_owned();
    dispatched("singles", &Plan { text, pacing, recipients: Arc::new(list), ..plan(1) }).await;
}
