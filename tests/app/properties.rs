//! Whatever is pressed, whatever the size: no panic, no id twice, drawing changes nothing.
use proptest::prelude::*;
use yunque::app::{Event, Size};
use yunque::words::Lang;

use crate::console::{Console, parse};
use crate::{picture, world};

/// Keys that go everywhere: commands, typing, moves, overlays.
const KEYS: &[&str] = &[
    "1",
    "2",
    "3",
    "4",
    "n",
    "s",
    "c",
    "p",
    "u",
    "t",
    "x",
    "d",
    "N",
    "F",
    "L",
    "e",
    "/",
    ":",
    "?",
    "Q",
    "M",
    "z",
    "Z",
    "T",
    "v",
    "r",
    "y",
    "Y",
    "j",
    "k",
    "g",
    "G",
    "a",
    "m",
    "双",
    "：",
    "<enter>",
    "<esc>",
    "<tab>",
    "<backtab>",
    "<up>",
    "<down>",
    "<left>",
    "<right>",
    "<pageup>",
    "<pagedown>",
    "<backspace>",
    "<ctrl-u>",
    "<ctrl-w>",
    "<ctrl-l>",
    "[",
    "]",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_keys_and_no_size_make_it_panic(
        keys in proptest::collection::vec(0..KEYS.len(), 0..40),
        sizes in proptest::collection::vec((0_u16..300, 0_u16..100), 1..4),
        is_chinese in any::<bool>(), is_wide in any::<bool>(), is_first_run in any::<bool>(),
    ) {
        let lang = if is_chinese { Lang::ZhCn } else { Lang::En };
        let settings = yunque::app::Settings { is_ambiguous_wide: is_wide, is_first_run, ..world::settings(lang) };
        let mut console = Console::with(settings, Size::new(80, 24));
        let share = keys.len() / sizes.len() + 1;
        for (keys, (width, height)) in keys.chunks(share).chain([&[][..]]).zip(sizes.iter().cycle()) {
            for key in keys {
                console.run(KEYS[*key]);
            }
            console.resize(*width, *height);
            let once = console.styled();
            prop_assert_eq!(once, console.styled());
        }
    }

    #[test]
    fn a_size_that_the_core_has_not_heard_of_yet_is_drawn_too(width in 0_u16..300, height in 0_u16..100) {
        let mut console = Console::new();
        console.run("j:a");
        let _ = picture::frame(&console.app, console.now, &console.theme, width, height);
    }

    #[test]
    fn any_burst_of_characters_is_survived(text in "\\PC{0,60}") {
        let mut console = Console::new();
        let plain: String = text.chars().filter(|c| *c != '<').collect();
        console.run("n").tell(Event::Keys(parse(&plain)));
        console.tell(Event::Pasted(text));
        let _ = console.picture();
    }
}
