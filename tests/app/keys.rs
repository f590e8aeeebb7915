//! The keymap: defaults, rebinding, clashes.
use proptest::prelude::*;
use yunque::app::{Action, ActionInfo, KeyTrouble, Keymap};

fn own(bindings: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    bindings
        .iter()
        .map(|(name, chords)| ((*name).to_owned(), chords.iter().map(|c| (*c).to_owned()).collect()))
        .collect()
}

#[test]
fn the_defaults_do_not_clash() {
    assert_eq!(Keymap::new(&[]).1, []);
}

#[test]
fn the_defaults_leave_alone_what_terminals_and_multiplexers_take() {
    let taken = ["Ctrl-B", "Ctrl-A", "Ctrl-S", "Ctrl-Q", "Ctrl-G", "Ctrl-O", "Ctrl-P", "Ctrl-T", "Ctrl-N", "Ctrl-H"];
    let doubles = ["Ctrl-I", "Ctrl-M", "Ctrl-J"];
    // Nobody crashes by a slip of the finger: that one is in the palette only.
    for binding in Keymap::new(&[]).0.bindings().iter().filter(|binding| binding.action != Action::Crash) {
        assert!(!binding.chords.is_empty(), "{binding:?} cannot be reached");
        for chord in &binding.chords {
            let name = chord.to_string();
            assert!(!doubles.contains(&name.as_str()), "{binding:?}");
            // Readline's own keys are there for those who can use them: never the only ones.
            assert!(!taken.contains(&name.as_str()) || matches!(binding.action, Action::Edit(_)), "{binding:?}");
        }
        let is_common = |name: &str| {
            !name.starts_with("Alt-") && (name.len() == 1 || !name.starts_with('F')) && !taken.contains(&name)
        };
        assert!(binding.chords.iter().any(|chord| is_common(&chord.to_string())), "{binding:?}");
    }
}

#[test]
fn every_action_has_a_name_of_its_own() {
    let mut names: Vec<&str> = ActionInfo::ALL.iter().map(|info| info.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ActionInfo::ALL.len());
}

#[test]
fn a_clash_names_the_key_and_both_actions() {
    let (_, troubles) = Keymap::new(&own(&[("links.clicks", &["s"])]));
    let clash = |first: &str, second: &str| KeyTrouble::Clash {
        chord: "s".to_owned(),
        first: first.to_owned(),
        second: second.to_owned(),
    };
    assert_eq!(troubles, [clash("links.message", "links.clicks")]);
    let (_, troubles) = Keymap::new(&own(&[("links.clicks", &["q"])]));
    assert!(matches!(troubles.as_slice(), [KeyTrouble::Clash { chord, .. }] if chord == "q"), "{troubles:?}");
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    let (_, troubles) = Keymap::new(&own(&[("retrry", &["R"]), ("quit", &["hyper-q"])]));
    let (name, nearest) = ("retrry".to_owned(), "retry".to_owned());
    let (quit, chord) = ("quit".to_owned(), "hyper-q".to_owned());
    assert_eq!(troubles, [KeyTrouble::NoSuchAction { name, nearest }, KeyTrouble::NoSuchKey { name: quit, chord }]);
}

#[test]
fn a_letter_cannot_act_while_typing() {
    let (_, troubles) = Keymap::new(&own(&[("field.back", &["x"])]));
    assert!(matches!(troubles.as_slice(), [KeyTrouble::PlainInField { .. }]), "{troubles:?}");
}

#[test]
fn line_editing_is_bound_like_everything_else_and_its_clashes_are_found() {
    let (map, troubles) = Keymap::new(&own(&[("edit-undo", &["ctrl-x"]), ("field.edit-redo", &["ctrl-g"])]));
    assert_eq!(troubles, []);
    let chords = |name: &str| {
        let binding = map.bindings().iter().find(|binding| binding.action.name() == name).expect("it is bound");
        binding.chords.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!((chords("edit-undo"), chords("edit-redo")), (vec!["Ctrl-X".to_owned()], vec!["Ctrl-G".to_owned()]));
    let (_, troubles) = Keymap::new(&own(&[("edit-undo", &["ctrl-w"])]));
    let [KeyTrouble::Clash { chord, first, second }] = troubles.as_slice() else { panic!("{troubles:?}") };
    assert_eq!((&**chord, &**first, &**second), ("Ctrl-W", "field.edit-delete-word", "field.edit-undo"));
    let (_, troubles) = Keymap::new(&own(&[("edit-undo", &["esc"]), ("edit-redo", &["r"])]));
    assert!(matches!(&troubles[..], [KeyTrouble::Clash { .. }, KeyTrouble::PlainInField { .. }]), "{troubles:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_action_can_be_bound_to_any_free_letter(index in 0..ActionInfo::ALL.len(), letter in "[A-Z]") {
        let info = &ActionInfo::ALL[index];
        let (map, troubles) = Keymap::new(&own(&[(info.name, &[&letter])]));
        let is_bound = |action: &Action| map.bindings().iter().any(|b| b.action == *action);
        // Either it is reachable by that letter, or something is said about it.
        let reachable = map.bindings().iter().any(|b| b.action == info.action && b.chords.iter().any(|c| c.to_string() == letter));
        prop_assert!(reachable || !troubles.is_empty() || !is_bound(&info.action));
    }
}

#[test]
fn every_key_that_a_text_names_is_one_that_can_be_bound() {
    let (keymap, _) = Keymap::new(&[]);
    let names: Vec<String> =
        keymap.bindings().iter().map(|b| format!("{}.{}", b.context.name(), b.action.name())).collect();
    let mut seen = 0;
    for lang in ["en", "zh-CN"] {
        for file in std::fs::read_dir(format!("assets/locales/{lang}")).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split("{@").skip(1) {
                let name = part.split('}').next().unwrap_or_default();
                assert!(names.iter().any(|known| known == name), "{}: {name}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}
