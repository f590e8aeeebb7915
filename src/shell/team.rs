//! Colleagues on this host: their data directory, for the first run's third choice.
use std::path::PathBuf;

use crate::app::Team;
use crate::config::Environment;
use crate::store::{Place, Store};

/// Where a team keeps its data unless `YUNQUE_TEAM_DIR` names another place.
const PLACES: [&str; 2] = ["/srv/yunque", "/var/lib/yunque"];

/// All data directories of teams that this user may write. Blocking.
pub(super) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let places = match &environment.team_dir {
        Some(named) => vec![named.clone()],
        None => PLACES.map(PathBuf::from).to_vec(),
    };
    places.iter().flat_map(|place| Store::shared_folders(place)).collect()
}

/// What the first run says about them; `None` without any.
pub(super) async fn found(environment: &Environment) -> Option<Team> {
    let folder = folders(environment).into_iter().next()?;
    let place = Place { folder: folder.clone(), is_shared: true, is_read_only: true };
    // A database that cannot be looked into is still theirs: joining says what is wrong with it.
    let operators = match Store::open(&place, None) {
        Ok(store) => store.operators().await.unwrap_or_default(),
        Err(_) => 0,
    };
    Some(Team { folder, operators })
}
