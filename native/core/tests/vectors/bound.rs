use crate::files::{array, list, nbits, number, read, u256};
use pearl_core::config::{MAX_RANK, MIN_RANK, PENALTY_RANK};
use pearl_core::target::{self, bound, factor, target_from_nbits};

#[test]
fn targets_from_nbits() {
    for entry in list(&read("bound.json")["nbits"]) {
        assert_eq!(
            target_from_nbits(nbits(&entry["nbits"])),
            u256(&entry["target"]),
            "{entry}"
        );
    }
}

#[test]
fn bounds_under_both_rank_rules() {
    for entry in list(&read("bound.json")["bounds"]) {
        let [h, w, k, r] = ["h", "w", "k", "r"].map(|name| number(&entry[name]));
        let rank_penalty = entry["rank_penalty"].as_bool().unwrap();
        let factor = factor(h, w, k, r, rank_penalty);
        assert_eq!(factor, entry["factor"].as_u64().unwrap(), "{entry}");
        let found = bound(u256(&entry["target"]), factor);
        assert_eq!(found.value, u256(&entry["bound"]), "{entry}");
        assert_eq!(
            found.overflowed,
            entry["overflows"].as_bool().unwrap(),
            "{entry}"
        );
        let least = u32::from(if rank_penalty { PENALTY_RANK } else { MIN_RANK });
        assert_eq!(
            (least..=u32::from(MAX_RANK)).contains(&r),
            entry["rank_allowed"].as_bool().unwrap()
        );
    }
}

#[test]
fn tickets_against_bounds() {
    for entry in list(&read("bound.json")["compare"]) {
        let [h, w, k, r] = ["h", "w", "k", "r"].map(|name| number(&entry[name]));
        let factor = factor(h, w, k, r, entry["rank_penalty"].as_bool().unwrap());
        let bound = bound(target_from_nbits(nbits(&entry["nbits"])), factor);
        let hash = array(&entry["hash_jackpot"]);
        assert_eq!(
            target::wins(&hash, &bound),
            entry["win"].as_bool().unwrap(),
            "{entry}"
        );
    }
}
