//! The groups of a step without the cost of a loop for each: eight at a time, then what is left as four, two and one.
//!
//! On Intel's processors the counters of a loop compete with vectors for the ports. A loop for each group took 8 % of
//! `avxvnni` and 4 % of `avx512vnni`.

/// Assembly that runs `$group`, where `\\g` numbers the groups from `{a}` and `{b}` on, for each of `{groups}`, and moves both
/// pointers behind them: `$a` and `$b` are the bytes of a group. It takes the register `{eights}`, and the labels 2 to 6.
macro_rules! unrolled {
    ($a:literal, $b:literal, $group:expr) => {
        concat!(
            "mov {eights:e}, {groups:e}\n",
            "shr {eights:e}, 3\n",
            "jz 3f\n",
            ".p2align 4\n",
            "2:\n",
            $crate::kernels::unrolled::some!("8", "0,1,2,3,4,5,6,7", $a, $b, $group),
            "dec {eights:e}\n",
            "jnz 2b\n",
            "3:\n",
            "test {groups:e}, 4\n",
            "jz 4f\n",
            $crate::kernels::unrolled::some!("4", "0,1,2,3", $a, $b, $group),
            "4:\n",
            "test {groups:e}, 2\n",
            "jz 5f\n",
            $crate::kernels::unrolled::some!("2", "0,1", $a, $b, $group),
            "5:\n",
            "test {groups:e}, 1\n",
            "jz 6f\n",
            $crate::kernels::unrolled::some!("1", "0", $a, $b, $group),
            "6:\n",
        )
    };
}

/// So many groups, one after the other.
macro_rules! some {
    ($count:literal, $numbers:literal, $a:literal, $b:literal, $group:expr) => {
        concat!(
            ".irp g,",
            $numbers,
            "\n",
            $group,
            ".endr\n",
            "add {a}, ",
            $a,
            " * ",
            $count,
            "\n",
            "add {b}, ",
            $b,
            " * ",
            $count,
            "\n",
        )
    };
}
pub(crate) use {some, unrolled};
