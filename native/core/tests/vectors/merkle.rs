use crate::files::{array, list, number, numbers, read, text, xof};
use pearl_core::merkle::{self, Chunk, Node, Tree};
use pearl_core::seeds::hash_matrix;
use serde_json::Value;

fn leaf_indices(entry: &Value) -> Vec<u64> {
    numbers(&entry["leaf_indices"])
        .into_iter()
        .map(u64::from)
        .collect()
}

#[test]
fn trees_open_to_the_given_siblings_and_back_to_the_root() {
    for entry in list(&read("merkle.json")["trees"]) {
        let (key, root) = (array(&entry["key"]), array(&entry["root"]));
        let mut data = xof(text(&entry["label"]), number(&entry["bytes"]) as usize);
        let mut tree = Tree::from_bytes(&key, &data);
        assert_eq!(tree.root(), root, "{}", entry["label"]);
        assert_eq!(hash_matrix(&key, &data), root);
        assert_eq!(tree.leaves(), u64::from(number(&entry["total_leaves"])));
        let indices = leaf_indices(entry);
        let nodes: Vec<Node> = indices.iter().map(|&index| tree.leaf(index)).collect();
        assert_eq!(
            nodes,
            list(&entry["leaf_cvs"])
                .iter()
                .map(array)
                .collect::<Vec<_>>()
        );
        let siblings: Vec<Node> = entry["siblings"]
            .as_array()
            .unwrap()
            .iter()
            .map(array)
            .collect();
        assert_eq!(tree.open(&indices), siblings);
        assert_eq!(
            merkle::sibling_count(tree.leaves(), &indices),
            siblings.len()
        );

        data.resize(data.len().next_multiple_of(1024), 0);
        let chunks: Vec<&Chunk> = data
            .chunks(1024)
            .map(|chunk| chunk.try_into().unwrap())
            .collect();
        let opened = |siblings: &[Node]| {
            merkle::root_of_opening(
                &key,
                tree.leaves(),
                &indices,
                |i| chunks[indices[i] as usize],
                siblings,
            )
        };
        assert_eq!(opened(&siblings), Some(root));
        assert_eq!(opened(&[&siblings[..], &[[0; 32]]].concat()), None);
        if let [_, rest @ ..] = &siblings[..] {
            assert_eq!(opened(rest), None);
        }

        // Replacing each opened leaf by another and back must match a tree built again.
        for &index in &indices {
            let mut other = data.clone();
            other[index as usize * 1024 + 7] ^= 0x40;
            let chunk = |data: &[u8]| -> Chunk {
                data[index as usize * 1024..][..1024].try_into().unwrap()
            };
            assert_eq!(
                tree.replace_leaf(index, &chunk(&other)),
                hash_matrix(&key, &other)
            );
            assert_eq!(
                tree.open(&indices),
                Tree::from_bytes(&key, &other).open(&indices)
            );
            assert_eq!(tree.replace_leaf(index, &chunk(&data)), root);
        }
    }
}

#[test]
fn leaves_that_rows_touch() {
    for entry in list(&read("merkle.json")["rows"]) {
        let k = number(&entry["k"]);
        let rows = numbers(&entry["rows"]).into_iter();
        assert_eq!(
            merkle::leaves_of_rows(rows, k).collect::<Vec<_>>(),
            leaf_indices(entry),
            "{entry}"
        );
        let total = u64::from(number(&entry["total_leaves"]));
        assert_eq!(merkle::leaf_count(number(&entry["m"]), k), total, "{entry}");
    }
}
