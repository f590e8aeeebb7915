//! Floor 2: the console's functional core. `App::update(event, now) -> Effects`; `view::draw(&app, now, &theme, frame)`.
