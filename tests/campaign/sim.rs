//! A seeded world around the pure machine: a clock, a disk that fails and dies, a network that loses and delays, a
//! vendor with a ledger and records that lag, an operator who resumes and reconciles.
//!
//! Safety, looked at from outside the program: nobody is written to while an earlier request for them was accepted or
//! may still arrive; no request leaves without its committed intent; who was accepted is never pending again.
//! Liveness: once faults stop, everybody reaches a final state, and it is the true one.
//!
//! `YUNQUE_SIM_SEED=n` replays one world and tells its story; `YUNQUE_SIM_SEEDS=n` tries so many.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use yunque::campaign::machine::settle::{self, Doubt, Known, Verdict};
use yunque::campaign::machine::{CallId, Ending, Input, Machine, Output, Settings};
use yunque::sms::{
    Gate, MessageSid, Mobile, Money, Outcome, PauseReason, RecipientState, Record, ReportStatus, Segments,
};

const MINUTE: u64 = 60_000;
/// A request of a dead process arrives at most so much later …
const LATEST_ARRIVAL: u64 = 7 * MINUTE;
/// … and the records show it at most so much later again: together less than the settle time of 15 minutes.
const LONGEST_LAG: u64 = 7 * MINUTE;
/// What ten thousand worlds take at most, when they are asked for by `YUNQUE_SIM_SEEDS`.
const LONGEST: Duration = Duration::from_mins(1);
const TEXT: &str = "【云雀】你好 dx5.cn/Ab12";

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }
    fn hits(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What the world does, in percent; drawn once for each seed.
#[derive(Debug)]
struct Weather {
    unconnected: u64,
    lost_before: u64,
    lost_after: u64,
    late: u64,
    error_before: u64,
    error_after: u64,
    too_often: u64,
    refuse_call: u64,
    refuse_number: u64,
    repeat_code: u64,
    missing_entry: u64,
    failing_write: u64,
    deaths: u64,
    has_control: bool,
}

impl Weather {
    fn draw(rng: &mut Rng) -> Self {
        let mut some = |most: u64| if rng.hits(40) { rng.below(most) } else { 0 };
        Self {
            unconnected: some(30),
            lost_before: some(20),
            lost_after: some(20),
            late: some(20),
            error_before: some(10),
            error_after: some(10),
            too_often: some(30),
            refuse_call: some(5),
            refuse_number: some(20),
            repeat_code: some(3),
            missing_entry: some(5),
            failing_write: some(5),
            deaths: some(90),
            has_control: some(10) < 7,
        }
    }

    fn fair() -> Self {
        Self {
            unconnected: 0,
            lost_before: 0,
            lost_after: 0,
            late: 0,
            error_before: 0,
            error_after: 0,
            too_often: 0,
            refuse_call: 0,
            refuse_number: 0,
            repeat_code: 0,
            missing_entry: 0,
            failing_write: 0,
            deaths: 0,
            has_control: true,
        }
    }
}

/// A request on the wire, as only the world knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    /// It may still reach the vendor.
    Flying,
    Accepted,
    Dead,
}

struct Message {
    sid: i64,
    seq: u32,
    at: u64,
    visible_at: u64,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Arrives { request: usize },
    Says(Saying),
    Dies,
    Wishes,
    GivesUp,
}

/// News for the machine of one life of the process.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Saying {
    Permitted(u64),
    Written { call: u64, is_durable: bool, is_told: bool },
    Answered { request: usize },
    Recorded { write: usize, is_durable: bool, is_told: bool },
    Woke,
    Reported { delivered: u64, failed: u64 },
    Opened { is_durable: bool, is_told: bool },
}

struct Request {
    call: CallId,
    life: u32,
    seqs: Vec<u32>,
    outcomes: Vec<(u32, Outcome)>,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    AnswerLost,
    NeverArrives,
    ErrorBefore,
    ErrorAfter,
    TooOften,
    CallRefused,
}

struct Attempt {
    seqs: Vec<u32>,
    at: u64,
}

struct World {
    rng: Rng,
    weather: Weather,
    now: u64,
    queue: BinaryHeap<Reverse<(u64, u64, u32, Happening)>>,
    ticket: u64,
    life: u32,
    // the disk
    states: Vec<RecipientState>,
    attempts: Vec<Attempt>,
    /// The newest attempt of each recipient, and since when it can no longer be writing.
    newest: Vec<(usize, u64)>,
    held: HashMap<u32, i64>,
    /// Nobody but the first so many may be written to, until the gate is passed or the operator has looked.
    closed: Option<u32>,
    // the process
    machine: Option<Machine>,
    calls: BTreeMap<u64, Vec<u32>>,
    attempt_of: BTreeMap<u64, usize>,
    durable_intent: HashSet<u64>,
    writes: Vec<(CallId, Vec<(u32, Outcome)>)>,
    // the vendor
    requests: Vec<Request>,
    wire: Vec<Vec<(usize, Wire)>>,
    ledger: Vec<Message>,
    is_told: bool,
}

fn settings(rng: &mut Rng) -> Settings {
    Settings {
        batch_size: u32::try_from(rng.between(1, 8)).unwrap(),
        in_flight: u32::try_from(rng.between(1, 5)).unwrap(),
        rate: if rng.hits(20) { NonZeroU32::new(u32::try_from(rng.between(5, 50)).unwrap()) } else { None },
        canary: if rng.hits(20) { NonZeroU32::new(u32::try_from(rng.between(1, 9)).unwrap()) } else { None },
        gate: if rng.hits(50) { Some(Gate { percent: 60, within: Duration::from_mins(2) }) } else { None },
        is_ramp: false,
        refused_percent: 50,
        reconnect_after: [Duration::from_secs(1), Duration::from_secs(3)],
    }
}

impl World {
    fn new(seed: u64, is_told: bool) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x5DEE_CE66_D1CE);
        let weather = Weather::draw(&mut rng);
        let people = usize::try_from(rng.between(1, 48)).unwrap();
        Self {
            rng,
            weather,
            now: 1_000,
            queue: BinaryHeap::new(),
            ticket: 0,
            life: 0,
            states: vec![RecipientState::Pending; people],
            attempts: Vec::new(),
            newest: vec![(usize::MAX, 0); people],
            held: HashMap::new(),
            closed: None,
            machine: None,
            calls: BTreeMap::new(),
            attempt_of: BTreeMap::new(),
            durable_intent: HashSet::new(),
            writes: Vec::new(),
            requests: Vec::new(),
            wire: vec![Vec::new(); people],
            ledger: Vec::new(),
            is_told,
        }
    }

    fn tell(&self, what: impl FnOnce() -> String) {
        if self.is_told {
            println!("{:>9} ms  {}", self.now, what());
        }
    }

    fn at(&mut self, when: u64, happening: Happening) {
        self.ticket += 1;
        self.queue.push(Reverse((when, self.ticket, self.life, happening)));
    }

    fn soon(&mut self, most: u64, saying: Saying) {
        let when = self.now + self.rng.between(1, most);
        self.at(when, Happening::Says(saying));
    }

    /// A process claims the campaign and runs it until it ends or dies.
    fn run(&mut self, settings: &Settings, groups: Option<&[u32]>) {
        self.life += 1;
        self.tell(|| format!("life {} begins, {:?}", self.life, self.states));
        for seq in 0..self.states.len() {
            if self.states[seq] == RecipientState::Sending {
                self.states[seq] = RecipientState::Unknown;
                self.newest[seq].1 = self.now;
            }
        }
        (self.calls, self.attempt_of) = Default::default();
        self.durable_intent.clear();
        self.writes.clear();

        let start = self.now;
        // The canary stands until its gate or the operator lets the others go, however many were tried.
        let (canary, gate) = (settings.canary.filter(|_| self.closed.is_some()), settings.gate);
        let is_ramp = settings.canary.is_some() && canary.is_none();
        let settings = Settings { canary, gate: gate.filter(|_| canary.is_some()), is_ramp, ..settings.clone() };
        self.machine = Some(Machine::new(self.states.clone(), groups, settings));
        if self.rng.hits(self.weather.deaths) {
            let when = self.now + self.rng.between(1, 6_000);
            self.at(when, Happening::Dies);
        }
        if self.rng.hits(10) {
            let when = self.now + self.rng.between(1, 3_000);
            self.at(when, Happening::Wishes);
            if self.rng.hits(50) {
                self.at(when + 500, Happening::GivesUp);
            }
        }
        self.step(Input::Started, start);
        while self.machine.is_some() {
            let Some(Reverse((when, _, life, happening))) = self.queue.pop() else {
                panic!("a run neither ends nor waits for anything");
            };
            self.now = self.now.max(when);
            match happening {
                Happening::Arrives { request } => self.arrives(request),
                _ if life != self.life => {}
                Happening::Dies => self.dies(),
                Happening::Wishes => self.step(Input::PauseWished(PauseReason::Interrupted), start),
                Happening::GivesUp => self.step(Input::GraceEnded, start),
                Happening::Says(saying) => self.says(saying, start),
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a saying is said once")]
    fn says(&mut self, saying: Saying, start: u64) {
        match saying {
            Saying::Permitted(call) => self.step(Input::Permitted { call: CallId(call) }, start),
            Saying::Written { call, is_durable, is_told } => {
                if is_durable {
                    self.commit_intent(call);
                }
                let call = CallId(call);
                let input = if is_told {
                    Input::Durable { call }
                } else {
                    Input::NotDurable { call, why: "disk full".to_owned() }
                };
                self.step(input, start);
            }
            Saying::Answered { request } => {
                let outcomes = self.requests[request].outcomes.clone();
                let call = self.requests[request].call;
                self.step(Input::Answered { call, outcomes, explained: Vec::new() }, start);
            }
            Saying::Recorded { write, is_durable, is_told } => {
                if is_durable {
                    self.commit_facts(write);
                }
                let call = self.writes[write].0;
                let input = if is_told {
                    Input::Recorded { call }
                } else {
                    Input::NotRecorded { call, why: "disk full".to_owned() }
                };
                self.step(input, start);
            }
            Saying::Woke => self.step(Input::Woke, start),
            Saying::Reported { delivered, failed } => {
                self.step(Input::CanaryReported { delivered, failed }, start);
            }
            Saying::Opened { is_durable, is_told } => {
                if is_durable {
                    self.closed = None;
                }
                let why = || "disk full".to_owned();
                self.step(if is_told { Input::GateOpened } else { Input::GateStuck { why: why() } }, start);
            }
        }
    }

    fn commit_intent(&mut self, call: u64) {
        let seqs = self.calls[&call].clone();
        let attempt = self.attempts.len();
        for seq in &seqs {
            let at = *seq as usize;
            assert_eq!(self.states[at], RecipientState::Pending, "an intent for {seq}, who is not pending");
            self.states[at] = RecipientState::Sending;
            self.newest[at] = (attempt, self.now);
        }
        if let Some(first) = self.closed {
            let tried = self.states.iter().filter(|state| **state != RecipientState::Pending).count();
            assert!(tried <= first as usize, "somebody was written to before anybody looked at the canary");
        }
        self.attempts.push(Attempt { seqs, at: self.now });
        self.attempt_of.insert(call, attempt);
        self.durable_intent.insert(call);
    }

    fn commit_facts(&mut self, write: usize) {
        let (_, outcomes) = &self.writes[write];
        for (seq, outcome) in outcomes.clone() {
            let at = seq as usize;
            assert_eq!(self.states[at], RecipientState::Sending, "an answer for {seq}, who was not being sent to");
            self.states[at] = match outcome {
                Outcome::Accepted { sid, .. } => {
                    self.held.insert(seq, sid.unwrap().0);
                    RecipientState::Accepted
                }
                Outcome::Refused { code: -5, .. } | Outcome::NotSent { .. } => RecipientState::Pending,
                Outcome::Refused { .. } => RecipientState::Refused,
                Outcome::Unknown { .. } => {
                    self.newest[at].1 = self.now;
                    RecipientState::Unknown
                }
            };
        }
    }

    fn step(&mut self, input: Input, start: u64) {
        let Some(machine) = &mut self.machine else { return };
        let told = format!("{input:?}");
        let outputs = machine.step(input, Duration::from_millis(self.now - start));
        self.tell(|| format!("{told} -> {outputs:?}"));
        for output in outputs {
            match output {
                Output::Ask { call } => self.soon(20, Saying::Permitted(call.0)),
                Output::Write { call, runs } => {
                    self.calls.insert(call.0, runs.into_iter().flatten().collect());
                    let is_told = !self.rng.hits(self.weather.failing_write);
                    let is_durable = is_told || self.rng.hits(30);
                    self.soon(20, Saying::Written { call: call.0, is_durable, is_told });
                }
                Output::Send { call } => self.sends(call),
                Output::Record { call, outcomes } => {
                    self.writes.push((call, outcomes));
                    let is_told = !self.rng.hits(self.weather.failing_write);
                    let is_durable = is_told || self.rng.hits(30);
                    self.soon(20, Saying::Recorded { write: self.writes.len() - 1, is_durable, is_told });
                }
                Output::SlowDown => {}
                Output::Judge { by } => {
                    let ends = start + u64::try_from(by.as_millis()).unwrap();
                    let out = self.states.iter().filter(|state| **state == RecipientState::Accepted).count() as u64;
                    let (mut delivered, mut failed) = (0, 0);
                    for look in 1..=4 {
                        delivered += self.rng.below(out + 1 - delivered - failed);
                        failed += if self.rng.hits(10) { self.rng.below(out + 1 - delivered - failed) } else { 0 };
                        let when = self.now + (ends - self.now) * look / 4;
                        self.at(when, Happening::Says(Saying::Reported { delivered, failed }));
                    }
                }
                Output::OpenGate { delivered, of } => {
                    assert!(delivered * 100 >= of * 60, "the gate opens at {delivered} of {of}");
                    let is_told = !self.rng.hits(self.weather.failing_write);
                    let is_durable = is_told || self.rng.hits(30);
                    self.soon(20, Saying::Opened { is_durable, is_told });
                }
                Output::WakeAt(when) => {
                    let when = start + u64::try_from(when.as_millis()).unwrap() + 1;
                    self.at(when, Happening::Says(Saying::Woke));
                }
                Output::End(ending) => {
                    self.tell(|| format!("ends: {ending:?}"));
                    // The operator looks at the canary and lets the others go.
                    if matches!(ending, Ending::Paused(PauseReason::Canary | PauseReason::CanaryMissed { .. })) {
                        self.closed = None;
                    }
                    self.machine = None;
                }
            }
        }
    }

    fn dies(&mut self) {
        self.tell(|| "dies".to_owned());
        self.machine = None;
        // What was being written may have reached the disk or not.
        let mut unwritten: Vec<Saying> = Vec::new();
        for Reverse((_, _, life, happening)) in std::mem::take(&mut self.queue).into_sorted_vec().into_iter().rev() {
            match happening {
                Happening::Arrives { request } => {
                    self.ticket += 1;
                    let when = self.now + self.rng.between(1, LATEST_ARRIVAL);
                    self.queue.push(Reverse((when, self.ticket, life, Happening::Arrives { request })));
                }
                Happening::Says(saying) if life == self.life => unwritten.push(saying),
                _ => {}
            }
        }
        for saying in unwritten {
            match saying {
                Saying::Written { call, .. } if self.rng.hits(50) => self.commit_intent(call),
                Saying::Recorded { write, .. } if self.rng.hits(50) => self.commit_facts(write),
                _ => {}
            }
        }
    }

    fn sends(&mut self, call: CallId) {
        assert!(self.durable_intent.contains(&call.0), "a request without its committed intent");
        let seqs = self.calls[&call.0].clone();
        for seq in &seqs {
            for (_, wire) in &self.wire[*seq as usize] {
                assert_eq!(*wire, Wire::Dead, "{seq} is written to again");
            }
        }
        let rng = &mut self.rng;
        let weather = &self.weather;
        let request = self.requests.len();
        if rng.hits(weather.unconnected) {
            let why = || Outcome::NotSent { why: "connection refused".to_owned() };
            let outcomes = seqs.iter().map(|seq| (*seq, why())).collect();
            self.requests.push(Request { call, life: self.life, seqs, outcomes, fate: Fate::NeverArrives });
            self.soon(50, Saying::Answered { request });
            return;
        }
        let fate = if rng.hits(weather.lost_before) {
            Fate::NeverArrives
        } else if rng.hits(weather.lost_after) {
            Fate::AnswerLost
        } else if rng.hits(weather.error_before) {
            Fate::ErrorBefore
        } else if rng.hits(weather.error_after) {
            Fate::ErrorAfter
        } else if rng.hits(weather.too_often) {
            Fate::TooOften
        } else if rng.hits(weather.refuse_call) {
            Fate::CallRefused
        } else {
            Fate::Answered
        };
        for seq in &seqs {
            self.wire[*seq as usize].push((request, Wire::Flying));
        }
        let is_late = rng.hits(weather.late);
        let arrives = self.now + if is_late { rng.between(20_000, 40_000) } else { rng.between(1, 300) };
        let unknown = seqs.iter().map(|seq| (*seq, Outcome::Unknown { why: "no answer".to_owned() })).collect();
        self.requests.push(Request { call, life: self.life, seqs, outcomes: unknown, fate });
        self.at(arrives, Happening::Arrives { request });
        // The client gives up after 30 s; an answer that comes in time replaces this news.
        self.at(self.now + 30_000, Happening::Says(Saying::Answered { request }));
    }

    fn arrives(&mut self, request: usize) {
        let (fate, life) = (self.requests[request].fate, self.requests[request].life);
        let seqs = self.requests[request].seqs.clone();
        let mut outcomes = Vec::new();
        for seq in seqs {
            let is_refused = self.rng.hits(self.weather.refuse_number);
            let is_repeat = self.rng.hits(self.weather.repeat_code);
            let no = |code: i32| Outcome::Refused { code, msg: "no".to_owned() };
            let (wire, outcome) = match fate {
                Fate::NeverArrives | Fate::ErrorBefore => (Wire::Dead, Outcome::Unknown { why: "500".to_owned() }),
                Fate::TooOften => (Wire::Dead, no(-5)),
                Fate::CallRefused => (Wire::Dead, no(3)),
                _ if is_refused => (Wire::Dead, no(10)),
                _ if is_repeat => (Wire::Dead, no(8)),
                Fate::Answered | Fate::AnswerLost | Fate::ErrorAfter => {
                    let sid = i64::try_from(self.ledger.len()).unwrap() + 1;
                    let visible_at = self.now + self.rng.below(LONGEST_LAG);
                    self.ledger.push(Message { sid, seq, at: self.now, visible_at });
                    let (fee, segments) = (Some(Money::from_units(500)), Segments(1));
                    (Wire::Accepted, Outcome::Accepted { sid: Some(MessageSid(sid)), fee, segments })
                }
            };
            for (of, state) in &mut self.wire[seq as usize] {
                if *of == request {
                    *state = wire;
                }
            }
            if !self.rng.hits(self.weather.missing_entry) {
                outcomes.push((seq, outcome));
            }
        }
        self.tell(|| format!("request {request} arrives: {fate:?}"));
        let is_answered = matches!(fate, Fate::Answered | Fate::TooOften | Fate::CallRefused);
        let is_error = matches!(fate, Fate::ErrorBefore | Fate::ErrorAfter);
        if life == self.life && (is_answered || is_error) {
            if is_answered {
                self.requests[request].outcomes = outcomes;
            }
            self.soon(200, Saying::Answered { request });
        }
    }

    /// The operator looks into the records.
    fn reconcile(&mut self) {
        for seq in 0..self.states.len() {
            if self.states[seq] == RecipientState::Sending {
                self.states[seq] = RecipientState::Unknown;
                self.newest[seq].1 = self.now;
            }
        }
        let unknown = |world: &Self, seq: &u32| world.states[*seq as usize] == RecipientState::Unknown;
        let people: Vec<u32> =
            (0..u32::try_from(self.states.len()).unwrap()).filter(|seq| unknown(self, seq)).collect();
        let doubts: Vec<Doubt> = people
            .iter()
            .map(|seq| {
                let (attempt, since) = self.newest[*seq as usize];
                assert!(self.attempts[attempt].seqs.contains(seq));
                Doubt {
                    seq: *seq,
                    mobile: mobile(*seq),
                    masked: settle::masked(TEXT, &["dx5.cn"]),
                    attempted_at: time(self.attempts[attempt].at),
                    since: time(since),
                    uid: None,
                    rivals: 0,
                }
            })
            .collect();
        let visible = self.ledger.iter().filter(|message| message.visible_at <= self.now);
        let mut records: Vec<Record> =
            visible.map(|message| record(message.sid, mobile(message.seq), message.at)).collect();
        let mut controls = HashSet::new();
        // A message of ours of about the time of an attempt.
        if let Some(seq) = people.first().filter(|_| self.weather.has_control) {
            let at = self.attempts[self.newest[*seq as usize].0].at;
            records.push(record(-1, Mobile::from_digits(8_613_900_000_000), at));
            controls.insert(MessageSid(-1));
        }
        let mut held: HashSet<MessageSid> = self.held.values().map(|sid| MessageSid(*sid)).collect();
        held.insert(MessageSid(-1));
        let known = Known {
            controls: &controls,
            now: time(self.now),
            settle_after: SignedDuration::from_mins(15),
            hosts: &["dx5.cn"],
        };
        let verdicts = settle::judge(&doubts, &records, &mut held, known);
        self.tell(|| format!("reconciles: {verdicts:?}"));
        for (seq, verdict) in verdicts {
            let at = seq as usize;
            match verdict {
                Verdict::Accepted(sid) => {
                    self.held.insert(seq, sid.0);
                    self.states[at] = RecipientState::Accepted;
                }
                Verdict::Absent => {
                    let is_dead = self.wire[at].iter().all(|(_, wire)| *wire == Wire::Dead);
                    assert!(is_dead, "{seq} became pending without proof");
                    self.states[at] = RecipientState::Pending;
                }
                Verdict::Unsettled(_) => {}
            }
        }
    }

    fn wait(&mut self, time: u64) {
        let until = self.now + time;
        while let Some(Reverse((when, ..))) = self.queue.peek()
            && *when <= until
        {
            let Some(Reverse((when, _, _, happening))) = self.queue.pop() else { break };
            self.now = self.now.max(when);
            if let Happening::Arrives { request } = happening {
                self.arrives(request);
            }
        }
        self.now = until;
    }

    fn is_final(&self) -> bool {
        self.states.iter().all(|state| matches!(state, RecipientState::Accepted | RecipientState::Refused))
    }
}

fn time(ms: u64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + i64::try_from(ms).unwrap()).unwrap()
}

fn mobile(seq: u32) -> Mobile {
    Mobile::from_digits(8_613_800_000_000 + u64::from(seq))
}

fn record(sid: i64, mobile: Mobile, at: u64) -> Record {
    Record {
        sid: MessageSid(sid),
        mobile: Some(mobile),
        send_time: Some(time(at)),
        text: TEXT.replace("Ab12", &format!("Own{sid}").replace('-', "x")),
        status: ReportStatus::NoReport,
        received_at: None,
        error: String::new(),
        uid: None,
        segments: Segments(1),
    }
}

fn live_through(seed: u64, is_told: bool) {
    let mut world = World::new(seed, is_told);
    let settings = settings(&mut world.rng);
    let groups: Option<Vec<u32>> = world
        .rng
        .hits(30)
        .then(|| (0..world.states.len()).map(|_| u32::try_from(world.rng.below(4)).unwrap()).collect());
    world.tell(|| format!("{:?} {settings:?}", world.weather));
    world.closed = settings.canary.map(NonZeroU32::get);
    for _ in 0..world.rng.between(1, 6) {
        world.run(&settings, groups.as_deref());
        let pause = world.rng.below(3 * MINUTE) + if world.rng.hits(40) { 12 * MINUTE } else { 0 };
        world.wait(pause);
        if world.rng.hits(60) {
            world.reconcile();
        }
    }
    world.weather = Weather::fair();
    let mut rounds = 0;
    while !world.is_final() {
        rounds += 1;
        assert!(rounds < 12, "no end: {:?}", world.states);
        world.run(&settings, groups.as_deref());
        if !world.is_final() {
            world.wait(16 * MINUTE);
            world.reconcile();
        }
    }
    world.wait(20 * MINUTE);
    for (seq, state) in world.states.iter().enumerate() {
        let messages = world.ledger.iter().filter(|message| message.seq as usize == seq).count();
        assert_eq!(messages, usize::from(*state == RecipientState::Accepted), "{seq} is {state:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what `just sim` promises")]
fn in_ten_thousand_worlds_nobody_is_written_to_twice_and_nobody_is_forgotten() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("YUNQUE_SIM_SEED") {
        live_through(seed, true);
        return;
    }
    let wanted = number("YUNQUE_SIM_SEEDS");
    let seeds = wanted.unwrap_or(10_000);
    let began = std::time::Instant::now();
    for seed in 0..seeds {
        let lived = std::panic::catch_unwind(|| live_through(seed, false));
        assert!(lived.is_ok(), "replay with YUNQUE_SIM_SEED={seed} cargo test --test campaign worlds -- --nocapture");
    }
    if wanted.is_some() {
        // The bound is that of the release build on a machine that does nothing else: `just sim`.
        let (took, most) = (began.elapsed(), LONGEST * u32::try_from(seeds.div_ceil(10_000)).unwrap());
        println!("{seeds} worlds in {took:.1?}");
        assert!(took < most, "{seeds} worlds took {took:?}, and at most {most:?} are theirs");
    }
}
