use crate::files::{bytes, list, number, numbers, read};
use pearl_core::pattern::Pattern;

#[test]
fn valid_patterns_have_one_form_and_the_given_numbers() {
    for entry in list(&read("patterns.json")["valid"]) {
        let raw: [u8; 6] = bytes(&entry["bytes"]).try_into().unwrap();
        let pattern = Pattern::from_bytes(raw).unwrap();
        assert_eq!(
            pattern,
            Pattern::from_indices(&numbers(&entry["indices"])).unwrap(),
            "{entry}"
        );
        assert_eq!(pattern.to_bytes(), raw);
        assert_eq!(pattern.indices(), numbers(&entry["indices"]));
        assert_eq!(pattern.size(), number(&entry["size"]));
        assert_eq!(pattern.period(), number(&entry["period"]));
        assert_eq!(pattern.max(), number(&entry["max"]));
        let dims: Vec<_> = entry["dims"]
            .as_array()
            .unwrap()
            .iter()
            .map(numbers)
            .collect();
        assert_eq!(
            pattern
                .dims()
                .iter()
                .map(|dim| vec![dim.stride, dim.length])
                .collect::<Vec<_>>(),
            dims
        );
        for offset in numbers(&entry["valid_offsets"]) {
            assert!(pattern.is_valid_offset(offset), "{entry}: {offset}");
        }
        for offset in numbers(&entry["invalid_offsets"]) {
            assert!(!pattern.is_valid_offset(offset), "{entry}: {offset}");
        }
        let period = pattern.period() + pattern.max();
        let of_one_period: Vec<u32> = pattern
            .offsets(period)
            .take_while(|&t| t < pattern.period())
            .collect();
        assert_eq!(
            of_one_period.len(),
            number(&entry["offsets_per_period"]) as usize,
            "{entry}"
        );
        if let Some(offsets) = entry.get("offsets") {
            assert_eq!(of_one_period, numbers(offsets));
        }
    }
}

#[test]
fn invalid_bytes_are_refused() {
    for entry in list(&read("patterns.json")["invalid_bytes"]) {
        // Another length than six cannot even be asked.
        if let Ok(raw) = <[u8; 6]>::try_from(bytes(&entry["bytes"])) {
            assert!(Pattern::from_bytes(raw).is_err(), "{entry}");
        } else {
            assert_eq!(entry["why"], "length");
        }
    }
}

#[test]
fn invalid_index_lists_are_refused() {
    for entry in list(&read("patterns.json")["invalid_indices"]) {
        assert!(
            Pattern::from_indices(&numbers(&entry["indices"])).is_err(),
            "{entry}"
        );
    }
}
