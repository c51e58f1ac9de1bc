//! Cells of a CSV file that a spreadsheet will open (SPEC 9): none starts a formula, and reading a file
//! that was written so gives the same values again.

use std::borrow::Cow;

/// Whether a spreadsheet could take a cell for a formula; apostrophes at its beginning are ours.
fn formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A value as it is written: with an apostrophe before what would start a formula.
pub fn guarded(value: &str) -> Cow<'_, str> {
    if formula(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// The value of a cell as it was before it was [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(value) if formula(value) => value,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for plain in ["", "adele@northwind.test", "O'Hara", "'quoted'", "1-1"] {
            assert_eq!(guarded(plain), plain);
            assert_eq!(unguarded(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn written_and_read_again_is_the_same(quotes in "'{0,3}", rest in "[=+@\\-\ta-c']{0,4}") {
            let value = format!("{quotes}{rest}");
            let cell = guarded(&value);
            prop_assert_eq!(unguarded(&cell), value.as_str());
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t']));
        }
    }
}
