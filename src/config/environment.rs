//! What the process finds around itself, as data: the only place of this room that looks at it.
use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::tz::TimeZone;
use secrecy::SecretString;

/// Variables, folders and names of the process.
#[derive(Debug, Clone)]
pub struct Environment {
    /// `YUNQUE_CONFIG`.
    pub config: Option<PathBuf>,
    /// `YUNQUE_PROFILE`.
    pub profile: Option<String>,
    /// `YUNQUE_BASE_URL`.
    pub base_url: Option<String>,
    /// `YUNQUE_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `YUNQUE_TEAM_DIR`: where a team keeps its data on this host.
    pub team_dir: Option<PathBuf>,
    /// `YUNQUE_API_KEY`.
    pub api_key: Option<SecretString>,
    /// `YUNQUE_LANG`.
    pub lang: Option<String>,
    /// `NO_COLOR` is set and not empty.
    pub is_colorless: bool,
    /// The locale of texts and characters: `LC_ALL`, else `LC_CTYPE`/`LC_MESSAGES`, else `LANG`; empty for none.
    pub locale: String,
    /// `$XDG_CONFIG_HOME/yunque`.
    pub config_dir: PathBuf,
    /// `$XDG_DATA_HOME/yunque`.
    pub user_data_dir: PathBuf,
    /// `$XDG_STATE_HOME/yunque`.
    pub state_dir: PathBuf,
    /// The home, for `~/` in paths.
    pub home: PathBuf,
    /// The operating system's name of the user.
    pub user: String,
    /// Where the operator's SSH session comes from, if it is one.
    pub ssh_client: Option<String>,
    /// The zone of the machine.
    pub time_zone: TimeZone,
}

impl Environment {
    /// Reads the environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folders = ProjectDirs::from("", "", "yunque");
        let fallback = || env::temp_dir().join("yunque");
        let of = |pick: fn(&ProjectDirs) -> Option<&Path>| {
            folders.as_ref().and_then(pick).map_or_else(fallback, Path::to_path_buf)
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"].into_iter().find_map(text);
        Self {
            config: folder("YUNQUE_CONFIG"),
            profile: text("YUNQUE_PROFILE"),
            base_url: text("YUNQUE_BASE_URL"),
            data_dir: folder("YUNQUE_DATA_DIR"),
            team_dir: folder("YUNQUE_TEAM_DIR"),
            api_key: text("YUNQUE_API_KEY").map(SecretString::from),
            lang: text("YUNQUE_LANG"),
            is_colorless: text("NO_COLOR").is_some(),
            locale: locale.unwrap_or_default(),
            config_dir: of(|dirs| Some(dirs.config_dir())),
            user_data_dir: of(|dirs| Some(dirs.data_dir())),
            state_dir: of(|dirs| dirs.state_dir().or_else(|| Some(dirs.data_dir()))),
            home: folder("HOME").unwrap_or_else(|| PathBuf::from("/")),
            user: user(),
            ssh_client: text("SSH_CONNECTION").and_then(|c| c.split_whitespace().next().map(str::to_owned)),
            time_zone: TimeZone::system(),
        }
    }

    /// Who is there, for the audit: the OS user, and the host of the SSH client.
    #[must_use]
    pub fn caller(&self) -> String {
        match &self.ssh_client {
            Some(from) => format!("{} from {from}", self.user),
            None => self.user.clone(),
        }
    }

    /// Whether the locale says that the terminal shows UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        let locale = self.locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }

    /// `path` with a leading `~/` put in full: files, `Environment=` of systemd and quotes keep it as it is.
    #[must_use]
    pub fn expand(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        path.strip_prefix("~").map_or_else(|_| path.to_owned(), |rest| self.home.join(rest))
    }
}

/// The name that the system's user list has for this process; variables can be changed by whoever sets them, so they
/// come second.
fn user() -> String {
    let id = rustix::process::getuid().as_raw().to_string();
    let listed = std::fs::read_to_string("/etc/passwd").ok().and_then(|list| {
        list.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == id).then(|| name.to_owned())
        })
    });
    listed.or_else(|| env::var("USER").ok().filter(|name| !name.is_empty())).unwrap_or(id)
}
