//! The page's elements. Texts of a device or a scan are never markup here: they are set as text.

use scantill_till::appearance::APPEARANCES;
use scantill_till::catalogue::LANGUAGES;
use scantill_till::volume::VOLUMES;

use super::device;
use crate::texts::{Language, Text};

/// The side of the scan test.
pub(super) fn trial(language: Language) -> String {
    format!(
        r#"<h3 class="label">{}</h3>
<p class="quiet" data-part="nothing">{}</p>
<div class="heard" data-part="heard" role="status" hidden><p class="masked" data-part="masked"></p><p data-part="kind"></p></div>
<div class="pace" data-part="pace" hidden>
<svg class="gaps" data-part="chart" viewBox="0 0 320 60" preserveAspectRatio="none" aria-hidden="true"><path class="gap" data-part="bars"/><path class="bound" data-part="line"/></svg>
<p class="quiet" data-part="told"></p>
<p class="advice" data-part="advice" role="status"></p>
<button type="button" class="go" data-action="raise-limit" data-part="raise" hidden></button>
<button type="button" class="plain" data-action="copy-trace" data-part="copy"></button>
<p class="quiet" data-part="copy-told" role="status"></p>
<code class="trace" data-part="trace"></code></div>"#,
        language.word(Text::Try),
        language.word(Text::NothingYet)
    )
}

/// The side with the settings and the list of scanners.
pub(super) fn sources(language: Language) -> String {
    let languages = LANGUAGES.map(|(tag, name)| choice("language", tag, name)).concat();
    let customer = super::customer::articles(language);
    let volumes = VOLUMES.map(|(volume, word)| choice("volume", word, language.volume(volume))).concat();
    let looks =
        APPEARANCES.map(|(look, word)| choice("appearance", word, language.appearance(look))).concat();
    format!(
        r#"<h1 tabindex="-1">{}</h1>
<article data-source="language"><h3>{}</h3><div class="picks" role="group" aria-label="{}">{languages}</div></article>
<article data-source="sound"><h3>{}</h3><div class="picks" role="group" aria-label="{}">{volumes}</div></article>
<article data-source="appearance"><h3>{}</h3><div class="picks" role="group" aria-label="{}">{looks}</div></article>
<p class="quiet">{}</p>
{customer}
<article data-source="keyboard" data-state="ready"><h3>{}</h3><p>{}</p>
<div class="limits"><span>{}</span>
<button type="button" class="plain" data-action="limit-down" aria-label="{}">−</button>
<output data-part="limit"></output>
<button type="button" class="plain" data-action="limit-up" aria-label="{}">+</button></div></article>
<article data-source="hid" data-part="hid"><h3>{}</h3><p data-part="hid-told" role="status"></p>
<button type="button" class="plain" data-action="connect-hid" data-part="connect" hidden></button></article>
<article data-source="camera" data-part="camera"><h3>{}</h3><p data-part="camera-told"></p>
<div data-place="camera"></div>
<button type="button" class="plain" data-action="camera-try">{}</button>
<button type="button" class="plain" data-action="camera-auto-open" data-part="camera-auto-open"></button></article>
{}"#,
        language.word(Text::Title),
        language.word(Text::Language),
        language.word(Text::Language),
        language.word(Text::Sound),
        language.word(Text::Sound),
        language.word(Text::Look),
        language.word(Text::Look),
        language.word(Text::HeardAtOnce),
        language.word(Text::Wedge),
        language.word(Text::WedgeNext),
        language.word(Text::Slowest),
        language.word(Text::Faster),
        language.word(Text::Slower),
        language.word(Text::Hid),
        language.word(Text::Camera),
        language.word(Text::TryCamera),
        device::template(language),
    )
}

/// One of several values of a setting.
pub(super) fn choice(setting: &str, value: &str, name: &str) -> String {
    let lang = if setting.ends_with("language") { format!(" lang=\"{value}\"") } else { String::new() };
    format!(
        r#"<button type="button" class="plain" data-action="{setting}" data-value="{value}" data-part="{setting}-{value}"{lang}>{name}</button>"#
    )
}
