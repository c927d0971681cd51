use crate::files::{array, bytes, digest, list, number, numbers, read, text};
use pearl_core::noise::{self, Side};

#[test]
fn uniform_rows_pairs_and_noise() {
    for entry in list(&read("noise.json")) {
        let side = if text(&entry["side"]) == "A" {
            Side::A
        } else {
            Side::B
        };
        assert_eq!(side.label(), array(&entry["label"]));
        let (seed, r, k) = (
            array(&entry["seed"]),
            number(&entry["r"]),
            number(&entry["k"]),
        );
        let pairs = noise::pairs(side, &seed, r, k);
        let as_lists: Vec<Vec<u32>> = pairs
            .iter()
            .map(|&(f, s)| vec![f.into(), s.into()])
            .collect();
        let given =
            |name: &str| -> Vec<Vec<u32>> { list(&entry[name]).iter().map(numbers).collect() };
        assert!(as_lists.starts_with(&given("pairs_first")));
        assert!(as_lists.ends_with(&given("pairs_last")));
        let pair_bytes: Vec<u8> = as_lists
            .iter()
            .flatten()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(digest(&pair_bytes), text(&entry["pairs_blake3"]));

        let mut all = Vec::new();
        let from = number(&entry["noise_from"]) as usize;
        for (i, row) in numbers(&entry["rows"]).into_iter().enumerate() {
            let uniform = noise::uniform_row(side, &seed, r, row);
            let as_u8 = |row: &[i8]| row.iter().map(|&entry| entry as u8).collect::<Vec<u8>>();
            assert_eq!(as_u8(&uniform), bytes(&entry["uniform"][i]));
            let noise = noise::noise_row(&uniform, &pairs);
            assert_eq!(
                as_u8(&noise[from..from + 64]),
                bytes(&entry["noise_slice"][i])
            );
            all.extend(as_u8(&noise));
        }
        assert_eq!(digest(&all), text(&entry["noise_blake3"]));
    }
}
