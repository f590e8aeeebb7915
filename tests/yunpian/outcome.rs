//! `outcome::of`, the rules of `api/yunpian-v2.md` "What an answer to a send means", case by case.
use proptest::prelude::*;
use yunque::sms::{MessageSid, Mobile, Money, Outcome, Segments};
use yunque::yunpian::Whole;
use yunque::yunpian::outcome::{Call, of};

fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).unwrap()
}

/// Each outcome in one letter: accepted, refused (with its code), unknown, not sent.
fn letters(call: Call, status: u16, body: &str, asked: &[Mobile]) -> String {
    let answer = of(call, status, body.as_bytes(), asked);
    let numbers: Vec<Mobile> = answer.outcomes.iter().map(|(mobile, _)| *mobile).collect();
    assert_eq!(numbers, asked);
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Accepted { .. } => "A".to_owned(),
        Outcome::Refused { code, .. } => format!("R{code}"),
        Outcome::Unknown { .. } => "U".to_owned(),
        Outcome::NotSent { .. } => "N".to_owned(),
    };
    answer.outcomes.iter().map(|(_, outcome)| letter(outcome)).collect::<Vec<_>>().join(" ")
}

fn single(status: u16, body: &str) -> String {
    letters(Call::Single, status, body, &[mobile("13800138000")])
}

fn batch(status: u16, body: &str) -> String {
    letters(Call::Batch, status, body, &[mobile("13800138000"), mobile("13800138001"), mobile("+447400123456")])
}

#[test]
fn an_accepted_message_carries_its_id_price_and_segments_as_numbers_or_text() {
    for body in [
        r#"{"code":0,"msg":"OK","count":2,"fee":0.05,"unit":"RMB","mobile":"13800138000","sid":9007199254740993}"#,
        r#"{"code":"0","msg":"OK","count":"2","fee":"0.0500","mobile":13800138000,"sid":"9007199254740993"}"#,
        r#"{"code":0,"data":{"code":0,"count":2,"fee":0.05,"mobile":"+8613800138000","sid":9007199254740993}}"#,
    ] {
        let answer = of(Call::Single, 200, body.as_bytes(), &[mobile("13800138000")]);
        let sid = Some(MessageSid(9_007_199_254_740_993));
        let accepted = Outcome::Accepted { sid, fee: Some(Money::from_units(500)), segments: Segments(2) };
        assert_eq!(answer.outcomes, [(mobile("13800138000"), accepted)], "{body}");
        assert_eq!(answer.whole, None);
    }
}

#[test]
fn a_fee_that_cannot_be_read_is_not_known_rather_than_nothing() {
    for fee in ["", r#","fee":null"#, r#","fee":1e300"#, r#","fee":"free""#, r#","fee":-0.05"#, r#","fee":{}"#] {
        let body = format!(r#"{{"code":0,"count":1,"mobile":"13800138000","sid":7{fee}}}"#);
        let answer = of(Call::Single, 200, body.as_bytes(), &[mobile("13800138000")]);
        let accepted = Outcome::Accepted { sid: Some(MessageSid(7)), fee: None, segments: Segments(1) };
        assert_eq!(answer.outcomes, [(mobile("13800138000"), accepted)], "{body}");
    }
}

#[test]
fn only_listed_refusals_on_200_or_400_are_refusals() {
    for status in [200, 400] {
        for code in (-6..=-1).chain(1..=28) {
            assert_eq!(single(status, &format!(r#"{{"code":{code},"msg":"x"}}"#)), format!("R{code}"));
            assert_eq!(single(status, &format!(r#"{{"code":"{code}","msg":"x"}}"#)), format!("R{code}"));
        }
        for code in (-60..=-50).chain([29, 99, -7, -1000, i64::MAX, 4_294_967_297]) {
            assert_eq!(single(status, &format!(r#"{{"code":{code},"msg":"x"}}"#)), "U", "{code}");
            assert_eq!(batch(status, &format!(r#"{{"code":{code},"msg":"x"}}"#)), "U U U", "{code}");
        }
    }
    for status in [201, 204, 301, 302, 307, 401, 403, 404, 429, 500, 502, 503, 504] {
        assert_eq!(single(status, r#"{"code":0,"msg":"OK","sid":1}"#), "U", "{status}");
        assert_eq!(single(status, r#"{"code":-1,"msg":"bad key"}"#), "U", "{status}");
    }
    assert_eq!(single(400, r#"{"code":0,"msg":"OK","sid":1}"#), "U");
}

#[test]
fn what_is_no_clear_answer_is_unknown() {
    for body in [
        "",
        "  \n",
        "<html>Wi-Fi login</html>",
        "OK",
        "null",
        "0",
        "[]",
        "[0]",
        "[0,\"OK\"]",
        "{}",
        r#"{"code":null}"#,
        r#"{"code":true}"#,
        r#"{"code":0.0}"#,
        r#"{"code":8.5}"#,
        r#"{"code":[0]}"#,
        r#"{"code":{"code":0}}"#,
        r#"{"code":"zero"}"#,
        r#"{"code":0"#,
        r#"{"code":0,"msg":"OK","sid":33"#,
        r#"{"code":0}{"code":0}"#,
        r#"{"code":4,"code":0}"#,
        r#"{"code":0,"data":{"code":4}}"#,
        "\u{feff}",
    ] {
        assert_eq!(single(200, body), "U", "{body}");
        assert_eq!(batch(200, body), "U U U", "{body}");
    }
    assert_eq!(batch(200, r#"{"code":0,"msg":"OK"}"#), "U U U", "a batch answers by number");
}

#[test]
fn a_call_refused_as_a_whole_refuses_every_number() {
    let body = r#"{"http_status_code":400,"code":3,"msg":"账户余额不足","detail":"请充值"}"#;
    assert_eq!(batch(400, body), "R3 R3 R3");
    assert_eq!(batch(200, r#"{"code":-5,"msg":"too often","data":[]}"#), "R-5 R-5 R-5");
    let answer = of(Call::Batch, 400, body.as_bytes(), &[mobile("13800138000")]);
    assert_eq!(answer.whole, Some(Whole::Refused { code: 3, msg: "账户余额不足 · 请充值".to_owned() }));
}

#[test]
fn a_batch_is_matched_by_number_in_any_order_and_any_spelling() {
    let body = r#"{"total_count":"3","data":[{"code":0,"mobile":"00447400123456","sid":1},{"code":8,"mobile":13800138001},
        {"code":0,"mobile":"+8613800138000","sid":2}]}"#;
    assert_eq!(batch(200, body), "A R8 A");
    assert_eq!(batch(200, &body.replace("\"00447400123456\"", "447400123456")), "A R8 A");
    assert_eq!(batch(200, &body.replace("+86138", "0086138")), "A R8 A");
}

#[test]
fn a_number_that_is_missing_doubled_or_strange_is_not_counted() {
    let body = r#"{"data":[{"code":0,"mobile":"13800138000","sid":1},{"code":0,"mobile":"13800138000","sid":2},
        {"code":0,"mobile":"13999999999","sid":3},{"code":0,"mobile":"138****8001"},null,7,{"code":0,"mobile":"+447400123456"}]}"#;
    assert_eq!(batch(200, body), "U U A");
    let asked = [mobile("13800138000"), mobile("13800138001"), mobile("+447400123456")];
    assert_eq!(of(Call::Batch, 200, body.as_bytes(), &asked).strangers, 4);
    let thrice = r#"{"data":[{"code":0,"mobile":"13800138000"},{"code":0,"mobile":"13800138000"},{"code":0,"mobile":"13800138000"}]}"#;
    assert_eq!(batch(200, thrice), "U U U");
    let strangers = of(Call::Batch, 200, br#"{"data":[{"code":0,"mobile":"13999999999"}]}"#, &asked);
    assert!(matches!(strangers.whole, Some(Whole::Ambiguous { .. })));
}

#[test]
fn an_entry_that_names_its_number_as_failed_is_refused_even_for_the_vendors_own_errors() {
    let body = r#"{"data":[{"code":-53,"mobile":"13800138000"},{"code":-5,"mobile":"13800138001"},{"code":77,"mobile":"+447400123456"}]}"#;
    assert_eq!(batch(200, body), "R-53 R-5 U");
    assert_eq!(
        batch(400, r#"{"data":[{"code":0,"mobile":"13800138000"},{"code":2,"mobile":"13800138001"}]}"#),
        "U R2 U"
    );
}

#[test]
fn a_foreign_number_without_its_plus_is_not_taken_for_a_mainland_one_that_was_asked_too() {
    // +1 312 555 0123 and 131 2555 0123 have the same eleven digits.
    let (us, mainland) = (mobile("+13125550123"), mobile("13125550123"));
    let body = r#"{"data":[{"code":0,"mobile":13125550123,"sid":1}]}"#;
    assert_eq!(letters(Call::Batch, 200, body, &[us]), "A");
    assert_eq!(letters(Call::Batch, 200, body, &[us, mainland]), "U A");
}

#[test]
fn a_single_answer_that_names_another_number_is_unknown() {
    let body = r#"{"code":0,"mobile":"13999999999","sid":1}"#;
    assert_eq!(single(200, body), "U");
    assert_eq!(of(Call::Single, 200, body.as_bytes(), &[mobile("13800138000")]).strangers, 1);
    assert_eq!(single(200, r#"{"code":0,"mobile":"138****8000","sid":1}"#), "A");
}

#[test]
fn asking_a_number_twice_by_mistake_still_gives_two_outcomes() {
    let twice = [mobile("13800138000"), mobile("13800138000")];
    assert_eq!(letters(Call::Batch, 200, r#"{"data":[{"code":0,"mobile":"13800138000"}]}"#, &twice), "A U");
}

#[test]
fn a_thousand_entries_decode() {
    let asked: Vec<Mobile> = (0..1000).map(|i| mobile(&format!("1380013{i:04}"))).collect();
    let entries: Vec<String> = asked
        .iter()
        .rev()
        .map(|m| {
            format!(
                r#"{{"code":0,"msg":"发送成功","count":1,"fee":0.05,"unit":"RMB","mobile":"{}","sid":{}}}"#,
                m.wire(),
                m.digits()
            )
        })
        .collect();
    let body = format!(r#"{{"total_count":1000,"total_fee":"50.0000","unit":"RMB","data":[{}]}}"#, entries.join(","));
    let answer = of(Call::Batch, 200, body.as_bytes(), &asked);
    for (mobile, outcome) in &answer.outcomes {
        let sid = i64::try_from(mobile.digits()).ok().map(MessageSid);
        assert_eq!(*outcome, Outcome::Accepted { sid, fee: Some(Money::from_units(500)), segments: Segments(1) });
    }
}

/// JSON that looks like an answer now and then.
fn odd_json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("0".to_owned()),
        Just("null".to_owned()),
        Just("1e400".to_owned()),
        Just("\"13800138000\"".to_owned()),
        Just("13800138001".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| n.to_string()),
        "\"[^\"\\\\]{0,6}\"",
    ];
    scalar.prop_recursive(4, 32, 6, |inner| {
        let key = prop_oneof![Just("code"), Just("data"), Just("mobile"), Just("sid"), Just("fee"), Just("x")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec((key, inner), 0..6).prop_map(|fields| {
                let fields: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_give_exactly_the_numbers_asked(
        status in 100_u16..600,
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), odd_json().prop_map(String::into_bytes)],
        is_single in any::<bool>(),
    ) {
        let all = [mobile("13800138000"), mobile("13800138001")];
        let (call, asked) = if is_single { (Call::Single, &all[..1]) } else { (Call::Batch, &all[..]) };
        let answer = of(call, status, &body, asked);
        let numbers: Vec<Mobile> = answer.outcomes.iter().map(|(mobile, _)| *mobile).collect();
        prop_assert_eq!(&numbers[..], asked);
        let is_accepted = answer.outcomes.iter().any(|(_, o)| matches!(o, Outcome::Accepted { .. }));
        prop_assert!(!is_accepted || status == 200);
    }
}

#[test]
fn a_single_send_answered_with_a_list_is_read_by_the_rule_of_a_single_send() {
    for (code, letter) in [("-50", "U"), ("-57", "U"), ("0", "A"), ("22", "R22")] {
        assert_eq!(single(200, &format!(r#"{{"data":[{{"code":{code},"mobile":"13800138000"}}]}}"#)), letter, "{code}");
    }
}
