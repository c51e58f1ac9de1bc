//! Days as people type them: `2026-12-31`, or `+90d` from now.

use crate::{
    domain::{
        time::{DAY, Timestamp},
        untrusted::Text,
    },
    i18n::{t, tf},
};

/// The moment a typed day means; none for nothing typed. A day lasts to its end, UTC, named or counted
/// alike: so `+90d` means the same moment whenever it is read that day, and a change that was previewed
/// is the change that is sent.
pub fn parse(text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    let wrong = || tf("dialog.dates.wrong", &[("text", &Text::from(text))]);
    if text.is_empty() {
        return Ok(None);
    }
    let start = match text.strip_prefix('+') {
        Some(ahead) => {
            let (n, days) = match ahead.char_indices().last() {
                Some((i, 'd')) => (&ahead[..i], 1),
                Some((i, 'w')) => (&ahead[..i], 7),
                Some((i, 'y')) => (&ahead[..i], 365),
                _ => (ahead, 1),
            };
            let n: i64 = n.parse().map_err(|_| wrong())?;
            let today = now.plus(-now.0.rem_euclid(DAY));
            n.checked_mul(days * DAY).map(|seconds| today.plus(seconds)).ok_or_else(wrong)?
        }
        None => {
            let day: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
            let start = day.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
            Timestamp(start.timestamp().as_second())
        }
    };
    let at = start.plus(DAY - 1);
    if jiff::Timestamp::from_second(at.0).is_err() {
        return Err(wrong());
    }
    if at <= now { Err(t("dialog.dates.past").to_owned()) } else { Ok(Some(at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_or_counted_from_now() {
        let now = Timestamp(1_767_225_600); // 2026-01-01
        assert_eq!(parse(" ", now), Ok(None));
        let end_of = |days: i64| Ok(Some(now.plus((days + 1) * DAY - 1)));
        assert_eq!(parse("+90d", now), end_of(90));
        assert_eq!(parse("+90d", now.plus(DAY - 2)), end_of(90), "the same all day");
        assert_eq!(parse("+2w", now), end_of(14));
        assert_eq!(parse("+3", now), end_of(3));
        assert_eq!(parse("2026-01-01", now), end_of(0));
        for wrong in [
            "tomorrow",
            "2026-02-30",
            "+d",
            "+99999999999999999999d",
            "+9223372036854775807d",
            "+99999999999d",
            "2025-12-31",
        ] {
            assert!(parse(wrong, now).is_err(), "{wrong}");
        }
    }
}
