//! Faults on demand, for tests of what happens around them: compiled in only by the feature `fault-injection`, which no
//! build of the product turns on.
//!
//! A fault is a file in the folder that the variable `PEARLCTL_FAULTS` names. `panic-mine`, `panic-prepare` and
//! `panic-helper` make the next thread that comes by panic, once: the file is removed as it strikes. `wrong-KERNEL` makes
//! that kernel compute one bit wrongly as long as the file is there.

#[cfg(feature = "fault-injection")]
mod armed {
    use std::borrow::Cow;
    use std::path::PathBuf;
    use std::sync::OnceLock;

    fn folder() -> Option<&'static PathBuf> {
        static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
        FOLDER
            .get_or_init(|| std::env::var_os("PEARLCTL_FAULTS").map(PathBuf::from))
            .as_ref()
    }

    /// Panics if that was asked for at this place.
    pub fn panic_at(place: &str) {
        let Some(folder) = folder() else {
            return;
        };
        // The process that removes the file is the one that it was meant for.
        if std::fs::remove_file(folder.join(format!("panic-{place}"))).is_ok() {
            panic!("a fault was injected at {place}");
        }
    }

    /// A kernel's results, with one bit turned round if that was asked for.
    pub fn spoiled<'a>(kernel: &str, jackpots: &'a [u32]) -> Cow<'a, [u32]> {
        let mut jackpots = Cow::Borrowed(jackpots);
        if folder().is_some_and(|folder| folder.join(format!("wrong-{kernel}")).exists()) {
            jackpots.to_mut()[0] ^= 1;
        }
        jackpots
    }
}

#[cfg(feature = "fault-injection")]
pub use armed::{panic_at, spoiled};

/// Nothing: this build has no faults.
#[cfg(not(feature = "fault-injection"))]
#[inline(always)]
pub fn panic_at(_place: &str) {}

/// The results as they are: this build has no faults.
#[cfg(not(feature = "fault-injection"))]
#[inline(always)]
pub fn spoiled<'a>(_kernel: &str, jackpots: &'a [u32]) -> std::borrow::Cow<'a, [u32]> {
    std::borrow::Cow::Borrowed(jackpots)
}
