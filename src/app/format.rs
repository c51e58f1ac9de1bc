//! Times and numbers as people read them; one place, so that panes and dialogs agree.

use crate::{
    domain::time::{DAY, Timestamp},
    i18n::{t, tf},
};

/// A stretch of time in one unit: `45 s`, `5 min`, `19 h`, `3 d`, `2 y`. Negative is as positive.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.saturating_abs();
    let (n, unit) = match seconds {
        0..60 => (seconds, "time.seconds"),
        60..3_600 => (seconds / 60, "time.minutes"),
        3_600..172_800 => (seconds / 3_600, "time.hours"),
        172_800..63_072_000 => (seconds / DAY, "time.days"),
        _ => (seconds / (365 * DAY), "time.years"),
    };
    tf(unit, &[("n", &n)])
}

/// `3 d ago`, `in 5 d`, `now`.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    match at.since(now) {
        0 => t("time.now").to_owned(),
        later @ 1.. => tf("time.in", &[("span", &span(later))]),
        earlier => tf("time.ago", &[("span", &span(earlier))]),
    }
}

/// The day, UTC: `2026-12-31`; nothing for a time no calendar has.
pub fn date(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.0).map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// A count with thin gaps between thousands: `10 412`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A place among so many, from one: `1 234/100 000`.
pub fn place(at: u64, all: u64) -> String {
    format!("{}/{}", count(at), count(all))
}

/// How many there are, and how many of them a filter leaves: `3 of 40`.
pub fn some_of(n: u64, total: u64) -> String {
    if n == total { count(total) } else { tf("app.some-of", &[("n", &count(n)), ("total", &count(total))]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_their_largest_whole_unit() {
        let now = Timestamp(1_000_000_000);
        assert_eq!(relative(now.plus(-3 * DAY), now), "3 d ago");
        assert_eq!(relative(now.plus(5 * DAY + 7), now), "in 5 d");
        assert_eq!(relative(now.plus(19 * 3_600), now), "in 19 h");
        assert_eq!(relative(now.plus(-800 * DAY), now), "2 y ago");
        assert_eq!(relative(now, now), "now");
        assert_eq!(date(now), "2001-09-09");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!(count(7), "7");
        assert_eq!(count(312), "312");
        assert_eq!(count(10_412), "10 412");
        assert_eq!(count(1_000_000), "1 000 000");
        assert_eq!(place(1_234, 100_000), "1 234/100 000");
        assert_eq!((some_of(3, 40), some_of(40, 40)), ("3 of 40".to_owned(), "40".to_owned()));
    }
}
