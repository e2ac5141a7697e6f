//! The till's colours against each other, by day and by night, as WCAG 2.2 counts them: 4.5 for text, 3 for large text
//! and for the edges of what can be pressed.

const STYLES: &str = include_str!("frame.css");

/// Which of the two values of a colour counts.
#[derive(Clone, Copy, Debug)]
enum Scheme {
    Light,
    Dark,
}

/// The colours by which outcomes are told.
const OUTCOMES: [&str; 5] = ["paid", "not-paid", "waiting", "doubt", "quiet"];
/// What text and buttons lie on.
const GROUNDS: [&str; 2] = ["paper", "card"];
const TEXT: f64 = 4.5;
const EDGE: f64 = 3.0;

type Colour = [f64; 3];

/// The value of a token of the styles.
fn token(name: &str, scheme: Scheme) -> &'static str {
    let (_, rest) =
        STYLES.split_once(&format!("--{name}: ")).unwrap_or_else(|| panic!("--{name} is not there"));
    let value = rest.split_once(';').map_or("", |(value, _)| value);
    let part = match scheme {
        Scheme::Light => value.strip_prefix("var(--light, "),
        Scheme::Dark => value.split_once(" var(--dark, ").map(|(_, dark)| dark),
    };
    part.map_or(value, |part| part.split_once(')').map_or(part, |(part, _)| part))
}

fn colour(name: &str, scheme: Scheme) -> Colour {
    let hex = token(name, scheme).trim_start_matches('#');
    let digit = |at: usize| f64::from(u8::from_str_radix(&hex[at..=at], 16).unwrap());
    match hex.len() {
        3 => [0, 1, 2].map(|part| digit(part) / 15.0),
        _ => [0, 2, 4].map(|part| (digit(part) * 16.0 + digit(part + 1)) / 255.0),
    }
}

/// An outcome's colour as the colour of words on paper: `--tone`.
fn tone(name: &str, scheme: Scheme) -> Colour {
    let lift = token("lift", scheme).trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
    colour(name, scheme).map(|part| lift + (1.0 - lift) * part)
}

fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn check(what: &str, scheme: Scheme, one: Colour, other: Colour, min: f64) {
    let contrast = contrast(one, other);
    assert!(min <= contrast, "{what} in {scheme:?}: {contrast:.2}, less than {min}");
}

#[test]
fn words_stand_out_by_day_and_by_night() {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let of = |name| colour(name, scheme);
        for ground in GROUNDS {
            for text in ["ink", "soft", "brand", "brand-deep"] {
                check(&format!("{text} on {ground}"), scheme, of(text), of(ground), TEXT);
            }
            for outcome in OUTCOMES {
                let words = tone(outcome, scheme);
                check(&format!("words of {outcome} on {ground}"), scheme, words, of(ground), TEXT);
            }
        }
        for (text, ground) in
            [("ink", "key"), ("ink", "pressed"), ("ink", "field"), ("soft", "field"), ("on-brand", "brand")]
        {
            check(&format!("{text} on {ground}"), scheme, of(text), of(ground), TEXT);
        }
        check("a problem", scheme, tone("not-paid", scheme), of("alarm"), TEXT);
        check("an amount of nothing", scheme, of("faint"), of("paper"), EDGE);
    }
}

#[test]
fn an_outcome_keeps_its_colour_and_its_words_by_night() {
    for outcome in OUTCOMES {
        let [light, dark] = [Scheme::Light, Scheme::Dark].map(|scheme| token(outcome, scheme));
        assert_eq!(light, dark, "{outcome}");
        check(outcome, Scheme::Dark, [1.0; 3], colour(outcome, Scheme::Dark), TEXT);
    }
}

#[test]
fn each_edge_of_what_is_pressed_is_seen() {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let of = |name| colour(name, scheme);
        for ground in ["paper", "card", "key", "field"] {
            check(&format!("the rim on {ground}"), scheme, of("rim"), of(ground), EDGE);
        }
        for ground in GROUNDS {
            for edge in ["brand", "focus"] {
                check(&format!("{edge} on {ground}"), scheme, of(edge), of(ground), EDGE);
            }
        }
    }
}
