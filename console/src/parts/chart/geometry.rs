//! Where does a point of a chart stand? On a plane of 1,000 by 1,000 that the page stretches.

/// Width and height of the plane.
pub(super) const PLANE: u64 = 1000;

/// The levels of a chart: round numbers from 0 up, the last at or above the greatest value; four steps at most.
pub(super) fn levels(most: u64) -> Vec<u64> {
    let mut magnitude = 1_u64;
    let step = loop {
        let fits = [1, 2, 5].into_iter().map(|n| n * magnitude).find(|step| step.saturating_mul(4) >= most);
        match (fits, magnitude.checked_mul(10)) {
            (Some(step), _) => break step,
            // Above any count there is.
            (None, None) => break most,
            (None, Some(next)) => magnitude = next,
        }
    };
    let steps = most.div_ceil(step).max(1);
    (0..=steps).map(|n| n.saturating_mul(step)).collect()
}

/// How far from the left the nth of `count` points stands; a single one in the middle.
pub(super) fn across(n: usize, count: usize) -> u64 {
    let (n, last) = (n as u64, count.saturating_sub(1) as u64);
    (n * PLANE + last / 2).checked_div(last).unwrap_or(PLANE / 2)
}

/// How far from the top a value stands.
pub(super) fn down(value: u64, top: u64) -> u64 {
    let up = u128::from(value) * u128::from(PLANE) / u128::from(top.max(1));
    PLANE - u64::try_from(up).unwrap_or(PLANE).min(PLANE)
}

/// The nth point of `count` that is nearest to a place, in thousandths from the left.
pub(super) fn nearest(place: u64, count: usize) -> usize {
    let last = count.saturating_sub(1) as u64;
    let n = (place.min(PLANE) * last + PLANE / 2) / PLANE;
    usize::try_from(n).unwrap_or_default()
}

/// The path through these values; a single one is a line across, so that it is seen.
pub(super) fn path(values: &[u64], top: u64) -> String {
    if let [only] = values {
        let y = down(*only, top).to_string();
        return ["M0 ", &y, "H", &PLANE.to_string()].concat();
    }
    let mut path = String::new();
    for (n, value) in values.iter().enumerate() {
        path.push(if n == 0 { 'M' } else { 'L' });
        path.push_str(&across(n, values.len()).to_string());
        path.push(' ');
        path.push_str(&down(*value, top).to_string());
    }
    path
}

/// The area under them.
pub(super) fn area(values: &[u64], top: u64) -> String {
    if values.is_empty() {
        return String::new();
    }
    let plane = PLANE.to_string();
    [&path(values, top), "V", &plane, "H0Z"].concat()
}

/// Which of `count` points are named below the chart: the first, the last, and some between at equal distances.
pub(super) fn named(count: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let parts = (1..=6).rev().find(|parts| last.is_multiple_of(*parts)).filter(|parts| *parts > 2);
    let parts = parts.unwrap_or_else(|| last.clamp(1, 4));
    let mut named: Vec<usize> = (0..=parts).map(|n| (n * last + parts / 2) / parts).collect();
    named.dedup();
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_round_and_reach_the_greatest_value() {
        assert_eq!(levels(0), [0, 1]);
        assert_eq!(levels(3), [0, 1, 2, 3]);
        assert_eq!(levels(7), [0, 2, 4, 6, 8]);
        assert_eq!(levels(1920), [0, 500, 1000, 1500, 2000]);
        assert_eq!(levels(48_210), [0, 20_000, 40_000, 60_000]);
        assert!(*levels(u64::MAX).last().unwrap() == u64::MAX);
    }

    #[test]
    fn points_span_the_plane_and_never_leave_it() {
        assert_eq!([across(0, 3), across(1, 3), across(2, 3)], [0, 500, 1000]);
        assert_eq!(across(0, 1), 500);
        assert_eq!([down(0, 10), down(5, 10), down(10, 10), down(11, 10)], [1000, 500, 0, 0]);
        assert_eq!(down(1, 0), 0);
        assert_eq!(down(u64::MAX, u64::MAX), 0);
    }

    #[test]
    fn the_nearest_point_is_found_from_every_place() {
        for count in [1, 2, 7, 28, 400] {
            for n in 0..count {
                let place = across(n, count);
                assert_eq!(nearest(place, count), n, "{n} of {count}");
            }
        }
        assert_eq!(nearest(5000, 7), 6);
    }

    #[test]
    fn lines_and_areas_are_paths() {
        assert_eq!(path(&[0, 5, 10], 10), "M0 1000L500 500L1000 0");
        assert_eq!(area(&[0, 10], 10), "M0 1000L1000 0V1000H0Z");
        assert_eq!(path(&[5], 10), "M0 500H1000");
        assert_eq!(path(&[], 10), "");
        assert_eq!(area(&[], 10), "");
    }

    #[test]
    fn the_first_and_the_last_point_are_always_named() {
        assert_eq!(named(7), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(named(28), [0, 9, 18, 27]);
        assert_eq!(named(1), [0]);
        for count in 1..=400 {
            let named = named(count);
            assert_eq!((named[0], named[named.len() - 1]), (0, count - 1), "{count}");
            assert!(named.len() <= 7 && named.is_sorted(), "{count}");
        }
    }
}
