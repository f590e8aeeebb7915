//! `yunque sandbox`: a Yunpian on loopback, until stopped.
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use crate::cli::args::SandboxArgs;
use crate::cli::exit::Exit;
use crate::cli::interrupt::Stop;
use crate::problem::{InputProblem, Problem};
use crate::sandbox::{Sandbox, Settings};

/// The port that the documentation names.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);

/// The settings that the flags ask for; what is not given is the sandbox's default.
#[must_use]
pub fn settings(args: SandboxArgs) -> Settings {
    let usual = Settings::default();
    Settings {
        seed: args.seed.unwrap_or(usual.seed),
        audience: args.audience.unwrap_or(usual.audience),
        pace: args.pace.unwrap_or(usual.pace),
        stats_lag: args.stats_lag.unwrap_or(usual.stats_lag),
        records_lag: args.records_lag.unwrap_or(usual.records_lag),
        balance: args.balance.unwrap_or(usual.balance),
        key: args.key.or(usual.key),
        faults: args.faults,
        ..usual
    }
}

/// Prints where it listens, on one line, and serves until a signal.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(args: SandboxArgs) -> Result<Exit, Problem> {
    let stop = Stop::listen();
    let listen = args.listen.unwrap_or(USUAL);
    let sandbox = Sandbox::start(listen, settings(args)).await;
    let sandbox =
        sandbox.map_err(|why| InputProblem::CannotListen { listen: listen.to_string(), why: why.to_string() })?;
    // Written here and not by the printer: who started us waits for this line, and for nothing else.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "listening on {}", sandbox.base_url()).and_then(|()| stdout.flush());
    stop.asked().await;
    sandbox.shutdown();
    Ok(Exit::Done)
}
