//! Kills the real binary with SIGKILL whenever the server's ledger reaches a chosen count, brings the campaign back each
//! time, and then looks at the ledger: everybody once, nobody twice. Kills are triggered by what happened, not by time.
use std::collections::HashMap;
use std::process::{Child, Stdio};

use crate::world::{World, numbers};

/// Where answers are lost, a campaign comes so often to a stop by itself, or it is stuck.
const TURNS: u32 = 60;

/// One campaign that is killed again and again.
pub struct Trial {
    /// How many it is for.
    pub recipients: u32,
    /// How often it is killed.
    pub kills: u32,
    /// Recipients a call.
    pub batch_size: u32,
    /// Decides where the kills fall.
    pub seed: u64,
    /// What else goes wrong: flags of the sandbox.
    pub faults: &'static [&'static str],
    /// After how long the records are believed.
    pub settle: &'static str,
}

/// What a trial saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// Kills that met a running process.
    pub killed: u32,
    /// Recipients who were in doubt and turned out to have been accepted.
    pub found: u64,
    /// Recipients who were in doubt and turned out to have got nothing.
    pub absent: u64,
}

impl Trial {
    /// Runs it, and fails unless the ledger holds each recipient exactly once.
    pub fn run(&self) -> Seen {
        let world = World::new(&[&["--audience", "0"], self.faults].concat());
        let file = world.file("list.txt", numbers(0, self.recipients));
        let size = self.batch_size.to_string();
        let text = "【云雀】您的订单已发货";
        let send = ["--json", "send", "--recipients", &file, "--text", text, "--kind", "notification", "--yes"];
        let mut args = send.to_vec();
        args.extend(["--batch-size", &size]);
        let mut seen = Seen::default();
        let mut dice = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for kill in 1..=self.kills {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            let step = u64::from(self.recipients / (self.kills + 1));
            let target = u64::from(kill) * step - dice % (step / 2).max(1);
            for turn in 0.. {
                let mut child = spawn(&world, &args);
                let met = kill_when_accepted(&world, &mut child, target);
                args = vec!["--json", "campaigns", "resume", "c1", "--yes"];
                self.settle(&world, &mut seen);
                if let Some(was_alive) = met {
                    seen.killed += u32::from(was_alive);
                    break;
                }
                // Answers that are lost pause a campaign.
                assert!(!self.faults.is_empty() && turn < TURNS, "it ended by itself, the {turn}. time");
            }
        }
        self.finish(&world, &mut seen);
        self.check(&world);
        seen
    }

    /// Asks the records about everybody in doubt.
    fn settle(&self, world: &World, seen: &mut Seen) {
        let mut looks = vec![vec!["--settle", self.settle, "--wait"]];
        if !self.faults.is_empty() {
            // Before it can know, it calls nobody absent.
            looks.insert(0, Vec::new());
        }
        for look in looks {
            let ran = world.run(&[&["--json", "campaigns", "reconcile", "c1"], look.as_slice()].concat());
            assert!([0, 5].contains(&ran.code), "{ran:?}");
            let settled = &ran.json()["settled"];
            assert!(!look.is_empty() || settled["absent"] == 0, "too early: {ran:?}");
            seen.found += settled["accepted"].as_u64().unwrap();
            seen.absent += settled["absent"].as_u64().unwrap();
        }
    }

    /// Sends what is left. Those without a control are settled once there is one.
    fn finish(&self, world: &World, seen: &mut Seen) {
        for turn in 0.. {
            let end = world.run(&["--json", "campaigns", "resume", "c1", "--yes"]);
            let end = end.json();
            if end["campaign"]["state"] == "finished" {
                assert_eq!(end["campaign"]["counts"]["accepted"], self.recipients, "{end}");
                return;
            }
            assert!(turn < if self.faults.is_empty() { 2 } else { TURNS }, "{end}");
            self.settle(world, seen);
        }
    }

    fn check(&self, world: &World) {
        let mut times: HashMap<String, u32> = HashMap::new();
        for message in world.sandbox.ledger() {
            *times.entry(message["mobile"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times != 1).collect();
        assert!(twice.is_empty(), "written to more than once: {twice:?}");
        assert_eq!(times.len(), self.recipients as usize, "somebody was forgotten");
        world.run(&["--json", "doctor", "--journal"]).expect(0);
    }
}

fn spawn(world: &World, args: &[&str]) -> Child {
    world.command(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills the child once the ledger holds `target` messages; says whether it was still alive then, and nothing if it ended
/// before.
fn kill_when_accepted(world: &World, child: &mut Child, target: u64) -> Option<bool> {
    loop {
        if world.sandbox.accepted() >= target {
            let is_alive = child.try_wait().unwrap().is_none();
            child.kill().unwrap();
            child.wait().unwrap();
            return Some(is_alive);
        }
        if child.try_wait().unwrap().is_some() {
            return (world.sandbox.accepted() >= target).then_some(false);
        }
    }
}
