//! What the miner does when its own parts fail, with the feature `fault-injection`: a panic is an event and the end, a
//! kernel that computes wrongly is not used.

use pearl_core::kernels::{Isa, Kernel};
use pearl_core::pattern::Pattern;
use pearl_core::search::{
    Event, Job, Matrices, Miner, MinerOptions, Shape, StartError, choose_kernel,
};
use pearl_core::target::U256;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of faults is one for the process, and so is the turn to use it. It is emptied at the end of each turn.
struct Faults {
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Faults {
    fn new() -> Faults {
        static TURN: Mutex<()> = Mutex::new(());
        // The first test that failed has said so; the others go on.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = PathBuf::from(
            std::env::var_os("PEARLCTL_FAULTS").expect("PEARLCTL_FAULTS names a folder"),
        );
        std::fs::create_dir_all(&folder).unwrap();
        let faults = Faults {
            folder,
            _turn: turn,
        };
        faults.clear();
        faults
    }

    fn arm(&self, fault: &str) {
        std::fs::write(self.folder.join(fault), "").unwrap();
    }

    fn clear(&self) {
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.clear();
    }
}

fn start() -> (Miner, Receiver<Event>) {
    let options = MinerOptions {
        threads: 2,
        kernel: None,
        memory_bytes: 64 << 20,
        matrices: Matrices::Constant,
        block_rows: None,
        eliminate: true,
        idle_priority: false,
    };
    let (sender, receiver) = channel();
    let on_event = move |event| {
        // The receiver is gone at the end of a test.
        let _ = sender.send(event);
    };
    (Miner::start(options, Box::new(on_event)).unwrap(), receiver)
}

/// A job without a winner, so that every event is one about a failure.
fn job() -> Job {
    let tile = Pattern::contiguous(16).unwrap();
    Job {
        id: 1,
        header: [1; 76],
        cert_version: 3,
        target: U256::from_limbs([0, 0, 1, 0]),
        shape: Shape::new(256, 256, 2048, 128, tile, tile),
        allow_saturated: false,
    }
}

/// Panics at `place` in a running miner: which thread told it, and what.
fn failure_at(faults: &Faults, place: &str) -> (String, String) {
    let (mut miner, events) = start();
    faults.arm(&format!("panic-{place}"));
    miner.set_job(job()).unwrap();
    let Ok(Event::ThreadFailed { thread, message }) = events.recv_timeout(PATIENCE) else {
        panic!("no failure was told");
    };
    // Nothing hangs, nothing is told twice, and what was done can still be asked.
    miner.stop();
    assert!(events.try_recv().is_err());
    assert_eq!(miner.stats().threads, 2);
    (thread, message)
}

#[test]
fn a_mining_thread_that_panics_is_told_at_once_and_ends_the_others() {
    let faults = Faults::new();
    let (thread, message) = failure_at(&faults, "mine");
    assert!(thread.starts_with("pearl-mine-"), "{thread}");
    assert_eq!(message, "a fault was injected at mine");
}

#[test]
fn the_other_threads_of_a_failed_miner_do_nothing_more() {
    let faults = Faults::new();
    let (miner, events) = start();
    faults.arm("panic-mine");
    miner.set_job(job()).unwrap();
    events.recv_timeout(PATIENCE).unwrap();
    // Not even another job sets them to work.
    miner.set_job(job()).unwrap();
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let before = miner.stats().tiles;
        std::thread::sleep(Duration::from_millis(50));
        if miner.stats().tiles == before {
            break;
        }
        assert!(std::time::Instant::now() < deadline);
    }
}

#[test]
fn a_panic_while_a_job_is_prepared_is_told_also_from_a_helping_thread() {
    let faults = Faults::new();
    assert_eq!(
        failure_at(&faults, "prepare"),
        (
            "pearl-setup".to_owned(),
            "a fault was injected at prepare".to_owned()
        )
    );
    let (thread, _) = failure_at(&faults, "helper");
    assert_eq!(thread, "pearl-setup");
}

#[test]
fn a_kernel_that_computes_wrongly_is_passed_over_and_named() {
    let faults = Faults::new();
    let best = Kernel::all().next().unwrap();
    faults.arm(&format!("wrong-{}", best.name()));
    if best == Kernel::SCALAR {
        return;
    }
    let (chosen, rejected) = choose_kernel(None).unwrap();
    assert_ne!(chosen, best);
    assert_eq!(rejected, [best.name()]);
    assert!(matches!(
        choose_kernel(Some(best.isa())),
        Err(StartError::KernelFailed(isa)) if isa == best.isa()
    ));
}

#[test]
fn a_machine_on_which_every_kernel_is_wrong_does_not_mine() {
    let faults = Faults::new();
    for kernel in Kernel::all() {
        faults.arm(&format!("wrong-{}", kernel.name()));
    }
    assert!(matches!(
        choose_kernel(None),
        Err(StartError::KernelFailed(Isa::Scalar))
    ));
}
