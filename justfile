# Everyday tasks. `just` lists them; each runs on a fresh clone with a Rust toolchain (tour needs tmux and python3).

default:
    @just --list

# The gate, as CI runs it.
ci:
    .ci/run

# The console on an embedded sandbox, with data in it.
sandbox *ARGS:
    cargo run --release -- --sandbox {{ARGS}}

# 1,000 kill -9s over 20,000 recipients; the ledger must hold everybody exactly once.
crash KILLS="1000":
    YUNQUE_KILLS={{KILLS}} cargo test --release --test crash -- --nocapture

# The pure machine in a simulated world: 10,000 seeds in under 60 s, replayable with YUNQUE_SIM_SEED.
sim SEEDS="10000":
    YUNQUE_SIM_SEEDS={{SEEDS}} cargo test --release --test campaign worlds -- --nocapture

# The n-th write, sync and request fail, for every n; every damage; 200 times two consoles at once.
sweep:
    YUNQUE_SWEEP=all YUNQUE_CONSOLES=200 cargo test --release --test sweep -- --nocapture

# Plays the whole loop in tmux at 80x24 and writes each screen to docs/tour/.
tour:
    cargo build --release
    tests/tour.sh target/release/yunque docs/tour

# Accept changed snapshots after looking at them.
snapshots:
    INSTA_UPDATE=always cargo test

# One static binary (needs `rustup target add x86_64-unknown-linux-musl` and musl-gcc).
static:
    cargo build --release --target x86_64-unknown-linux-musl

# The figures of the release binary, about a minute.
bench:
    cargo build --release
    benches/figures.sh target/release/yunque
