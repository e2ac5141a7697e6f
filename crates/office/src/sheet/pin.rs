//! A PIN while it is typed. It is never painted, and leaves this module once, for the call that carries it.

use scantill_types::api::Pin;

/// The proxy's bounds for a PIN.
pub(crate) const PIN_DIGITS_MIN: usize = 4;
pub(crate) const PIN_DIGITS_MAX: usize = 12;

/// The digits so far.
#[derive(Default)]
pub(crate) struct PinEntry(Vec<u8>);

impl PinEntry {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_long_enough(&self) -> bool {
        PIN_DIGITS_MIN <= self.len()
    }

    pub(super) fn push(&mut self, digit: u8) {
        // Reserves room for all digits: a list that grows leaves copies behind.
        self.0.reserve_exact(PIN_DIGITS_MAX - self.len().min(PIN_DIGITS_MAX));
        if self.len() < PIN_DIGITS_MAX && digit <= 9 {
            self.0.push(b'0' + digit);
        }
    }

    pub(super) fn delete(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = 0;
            self.0.pop();
        }
    }

    /// Overwrites and forgets all digits.
    pub(super) fn forget(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&self.0);
        self.0.clear();
    }

    /// Returns the PIN and forgets it; `None` while it is too short.
    pub(super) fn take(&mut self) -> Option<Pin> {
        let pin = self.is_long_enough().then(|| Pin::new(String::from_utf8_lossy(&self.0).into_owned()));
        self.forget();
        pin
    }
}

impl Drop for PinEntry {
    fn drop(&mut self) {
        self.forget();
    }
}

impl std::fmt::Debug for PinEntry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PinEntry(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &[u8]) -> PinEntry {
        let mut pin = PinEntry::default();
        for digit in digits {
            pin.push(*digit);
        }
        pin
    }

    #[test]
    fn a_pin_is_given_away_once() {
        let mut pin = typed(&[2, 5, 8, 0]);
        assert_eq!(pin.take().unwrap().expose_digits(), "2580");
        assert!(pin.take().is_none());
        assert_eq!(pin.len(), 0);
    }

    #[test]
    fn a_short_pin_is_not_sent_and_a_long_one_stops() {
        assert!(typed(&[1, 2, 3]).take().is_none());
        assert_eq!(typed(&[1; 20]).len(), PIN_DIGITS_MAX);
        let mut pin = typed(&[2, 5, 8, 0, 7]);
        pin.delete();
        assert_eq!(pin.take().unwrap().expose_digits(), "2580");
    }

    #[test]
    fn a_pin_is_not_painted() {
        assert!(!format!("{:?}", typed(&[2, 5, 8, 0])).contains("25"));
    }
}
