//! Work in Node's thread pool, whose threads are C: a panic that unwound into them would abort the process.

use napi::{Error, Result, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does the work; a panic in it is an error, and the promise that waits for it is rejected. `work` is not used again.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(
            Status::GenericFailure,
            "the native core panicked: this is a defect, please report it",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_a_result_goes_through() {
        assert_eq!(caught(|| Ok(1)).unwrap(), 1);
        let error = caught::<()>(|| panic!("on purpose")).unwrap_err();
        assert!(error.reason.contains("panicked"), "{}", error.reason);
    }
}
