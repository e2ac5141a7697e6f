//! A browser's keys, read as a scanner meant them. Digits are read by their place on the keyboard, so that no
//! layout, Shift or Caps Lock changes them.

/// A pressed key as the browser reports it.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a key of its own that is held or not")]
pub struct KeyPress<'a> {
    /// What it types: `key`.
    pub key: &'a str,
    /// Its place on the keyboard: `code`.
    pub code: &'a str,
    /// Shift is held.
    pub shift: bool,
    /// Control is held.
    pub control: bool,
    /// The event reports Alt as held; some scanners do so for every key.
    pub alt: bool,
    /// Alt itself was pressed and has not been released.
    pub alt_went_down: bool,
    /// The right Alt of many layouts is held. It types a third character.
    pub alt_graph: bool,
    /// The system's own key is held.
    pub meta: bool,
    /// The key was held down until it repeated.
    pub repeat: bool,
    /// It belongs to an input method.
    pub composing: bool,
}

impl std::fmt::Debug for KeyPress<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyPress")
    }
}

/// A key that a scanner may have sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Character(Character),
    /// The end of a scan, as most scanners send it.
    Suffix(Suffix),
}

/// A character and the key's place on the keyboard that scanners assume. It may belong to a code, so it has
/// no `Debug` output of its content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Character {
    /// What the key types on this layout.
    pub typed: char,
    /// The digit, letter or bracket at this place of an American keyboard.
    pub place: Option<char>,
}

impl std::fmt::Debug for Character {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Character")
    }
}

/// What ends a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// Carriage return.
    Enter,
    /// Tabulator.
    Tab,
    /// Line feed, which comes as Control and J.
    LineFeed,
}

/// The meaning of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    Key(Key),
    /// A key with Alt, Control or the system's own key: a hand's shortcut, or a scanner that sets a modifier
    /// on every key.
    Shortcut(Key),
    /// A digit of a character's number, typed on the number pad while Alt is held.
    AltDigit(Character),
    /// A key that repeats itself: not a scanner's.
    Repeat,
    /// The input method keeps the key and later writes text.
    Unknown,
    /// Nothing that a scanner sends.
    Nothing,
}

impl Character {
    /// A character that is the same on every keyboard.
    pub fn of(typed: char) -> Self {
        Self { typed, place: None }
    }

    /// The digit of the digit row at this place.
    pub fn place_digit(self) -> Option<char> {
        self.place.filter(char::is_ascii_digit)
    }

    /// The character that a scanner meant: by its place if the layout has no Latin letter there. A digit may
    /// be meant by its place too; the characters beside it decide that.
    pub fn meant(self) -> char {
        self.place.filter(|place| !place.is_ascii_digit() && !self.typed.is_ascii()).unwrap_or(self.typed)
    }
}

pub fn read(press: &KeyPress<'_>) -> Read {
    if press.composing || matches!(press.key, "Process" | "Unidentified") {
        return Read::Unknown;
    }
    let pad = digit_after(press.code, "Numpad");
    let alt = press.alt && !press.alt_graph;
    if let Some(digit) = pad.filter(|_| alt && press.alt_went_down) {
        return Read::AltDigit(Character::of(digit));
    }
    let chord = (press.control || press.meta) && !press.alt_graph;
    let key = if chord { in_chord(press, pad) } else { plain(press, pad) };
    match key {
        Some(_) if press.repeat => Read::Repeat,
        Some(key @ Key::Suffix(_)) if press.control && press.key != "Enter" && press.key != "Tab" => {
            Read::Key(key)
        }
        Some(key) if chord || alt => Read::Shortcut(key),
        Some(key) => Read::Key(key),
        None => Read::Nothing,
    }
}

/// Control characters that scanners send as a suffix, and digits. A hand's shortcut is mostly a letter.
fn in_chord(press: &KeyPress<'_>, pad: Option<char>) -> Option<Key> {
    match press.key {
        "j" | "J" if press.control => Some(Key::Suffix(Suffix::LineFeed)),
        "m" | "M" if press.control => Some(Key::Suffix(Suffix::Enter)),
        _ => plain(press, pad).filter(|key| match key {
            Key::Suffix(_) => true,
            Key::Character(sign) => sign.typed.is_ascii_digit() || sign.place_digit().is_some(),
        }),
    }
}

fn plain(press: &KeyPress<'_>, pad: Option<char>) -> Option<Key> {
    match press.key {
        "Enter" => return Some(Key::Suffix(Suffix::Enter)),
        "Tab" => return Some(Key::Suffix(Suffix::Tab)),
        _ => {}
    }
    // Without Num Lock the number pad types arrows.
    if let Some(digit) = pad {
        return Some(Key::Character(Character::of(digit)));
    }
    let place = place(press).filter(|_| !press.alt_graph);
    let typed = only_sign(press.key).or(place)?;
    Some(Key::Character(Character { typed, place }))
}

/// An AIM identifier is a bracket, a letter and a digit. On layouts of other scripts, and where a key waits
/// for a second one, only its place identifies it.
fn place(press: &KeyPress<'_>) -> Option<char> {
    let letter = press.code.strip_prefix("Key").and_then(only_sign).filter(char::is_ascii_uppercase);
    let letter = letter.map(|letter| if press.shift { letter } else { letter.to_ascii_lowercase() });
    let bracket = (press.code == "BracketRight" && !press.shift).then_some(']');
    digit_after(press.code, "Digit").or(letter).or(bracket)
}

fn digit_after(code: &str, row: &str) -> Option<char> {
    only_sign(code.strip_prefix(row)?).filter(char::is_ascii_digit)
}

fn only_sign(text: &str) -> Option<char> {
    let mut signs = text.chars();
    let sign = signs.next()?;
    signs.next().is_none().then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(key: &str, code: &str) -> Option<(char, Option<char>)> {
        match read(&KeyPress { key, code, ..KeyPress::default() }) {
            Read::Key(Key::Character(Character { typed, place })) => Some((typed, place)),
            _ => None,
        }
    }

    #[test]
    fn digits_carry_their_place_on_every_layout() {
        assert_eq!(sign("2", "Digit2"), Some(('2', Some('2'))));
        assert_eq!(sign("é", "Digit2"), Some(('é', Some('2'))));
        assert_eq!(sign("@", "Digit2"), Some(('@', Some('2'))));
        assert_eq!(sign("2", "Numpad2"), Some(('2', None)));
        assert_eq!(sign("ArrowDown", "Numpad2"), Some(('2', None)));
        assert_eq!(sign("2", ""), Some(('2', None)), "a phone's keyboard tells no place");
    }

    #[test]
    fn letters_and_the_bracket_carry_their_place_too() {
        assert_eq!(sign("ล", "BracketRight"), Some(('ล', Some(']'))));
        assert_eq!(sign("Dead", "BracketRight"), Some((']', Some(']'))), "a key that waits for a second one");
        assert_eq!(sign("q", "KeyA"), Some(('q', Some('a'))), "a French layout");
        let shifted = KeyPress { key: "ฉ", code: "KeyC", shift: true, ..KeyPress::default() };
        assert!(read(&shifted) == Read::Key(Key::Character(Character { typed: 'ฉ', place: Some('C') })));
        assert_eq!(Character { typed: 'ฉ', place: Some('C') }.meant(), 'C');
        assert_eq!(
            Character { typed: 'q', place: Some('a') }.meant(),
            'q',
            "what a Latin layout types is meant"
        );
        assert_eq!(
            Character { typed: 'ค', place: Some('8') }.meant(),
            'ค',
            "a digit is told by its neighbours"
        );
    }

    #[test]
    fn the_third_sign_of_a_key_is_no_digit() {
        let press = KeyPress {
            key: "]",
            code: "Digit9",
            control: true,
            alt: true,
            alt_graph: true,
            ..KeyPress::default()
        };
        assert!(read(&press) == Read::Key(Key::Character(Character::of(']'))));
    }

    #[test]
    fn endings_are_known_in_every_form() {
        let ends = |key, control| read(&KeyPress { key, control, ..KeyPress::default() });
        assert!(ends("Enter", false) == Read::Key(Key::Suffix(Suffix::Enter)));
        assert!(ends("Tab", false) == Read::Key(Key::Suffix(Suffix::Tab)));
        assert!(ends("j", true) == Read::Key(Key::Suffix(Suffix::LineFeed)));
        assert!(ends("m", true) == Read::Key(Key::Suffix(Suffix::Enter)));
        assert!(ends("v", true) == Read::Nothing, "a shortcut is a hand's");
        for key in ["j", "m"] {
            assert!(
                read(&KeyPress { key, meta: true, ..KeyPress::default() }) == Read::Nothing,
                "of Control alone"
            );
        }
    }

    #[test]
    fn alt_and_the_number_pad_spell_a_character() {
        let alt =
            |code| read(&KeyPress { key: "5", code, alt: true, alt_went_down: true, ..KeyPress::default() });
        assert!(alt("Numpad5") == Read::AltDigit(Character::of('5')));
        assert!(alt("Digit5") == Read::Shortcut(Key::Character(Character { typed: '5', place: Some('5') })));
    }

    #[test]
    fn a_modifier_on_every_key_is_a_scanners() {
        let alt = KeyPress { alt: true, ..KeyPress::default() };
        let (control, meta) = (
            KeyPress { control: true, ..KeyPress::default() },
            KeyPress { meta: true, ..KeyPress::default() },
        );
        for press in [alt, control, meta] {
            for code in ["Digit2", "Numpad2", ""] {
                let read = read(&KeyPress { key: "2", code, ..press });
                assert!(
                    matches!(read, Read::Shortcut(Key::Character(Character { typed: '2', .. }))),
                    "{code}"
                );
            }
            assert!(
                read(&KeyPress { key: "Enter", code: "Enter", ..press })
                    == Read::Shortcut(Key::Suffix(Suffix::Enter))
            );
        }
    }

    #[test]
    fn what_an_input_method_swallows_and_what_repeats_is_no_key() {
        for key in ["Process", "Unidentified", "Dead", "Shift", "F5", "ArrowLeft"] {
            assert!(sign(key, "").is_none(), "{key}");
        }
        assert!(read(&KeyPress { key: "Process", code: "Digit2", ..KeyPress::default() }) == Read::Unknown);
        assert!(read(&KeyPress { key: "2", composing: true, ..KeyPress::default() }) == Read::Unknown);
        assert!(read(&KeyPress { key: "2", repeat: true, ..KeyPress::default() }) == Read::Repeat);
    }
}
