//! Whether what is tried at random is worth trying: a property says nothing of cases in which nothing happens.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::collections::BTreeMap;

/// Of a thousand cases, so many at least come to each of these.
pub fn assert_at_least<S: Strategy>(
    cases: &S,
    least: impl IntoIterator<Item = (impl AsRef<str>, usize)>,
    comes_to: impl Fn(&S::Value) -> Vec<String>,
) {
    let mut runner = TestRunner::deterministic();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..1_000 {
        let case = cases.new_tree(&mut runner).unwrap().current();
        comes_to(&case).into_iter().for_each(|what| *counts.entry(what).or_default() += 1);
    }
    for (what, least) in least {
        let what = what.as_ref();
        let many = counts.get(what).copied().unwrap_or(0);
        assert!(many >= least, "{what}: only {many} of a thousand; {counts:#?}");
    }
}
