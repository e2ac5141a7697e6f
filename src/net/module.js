// Modules that are loaded later, each of the very bytes that the build made: a browser refuses any others. The build puts
// this file into the till's glue, beside which they lie, and writes their names and hashes into it.

const load = async (file, integrity, failures) => {
    // A browser remembers that a module could not be fetched, by its address: the next try needs another.
    const { href } = new URL(failures ? `${file}?again=${failures}` : file, import.meta.url);
    const link = document.createElement('link');
    // An import cannot name a hash. What was preloaded with one is what the import then takes.
    if (link.relList.supports('modulepreload'))
        await new Promise((onload, onerror) =>
            document.head.append(Object.assign(link, { rel: 'modulepreload', href, integrity, onload, onerror })),
        );
    else await fetch(href, { integrity });
    link.remove();
    return import(href);
};

const texts = {
    en: ['SCANTILL_NAME(pkg/till.en.txt)', 'SCANTILL_SHA256(pkg/till.en.txt)'],
    th: ['SCANTILL_NAME(pkg/till.th.txt)', 'SCANTILL_SHA256(pkg/till.th.txt)'],
    'zh-Hans': ['SCANTILL_NAME(pkg/till.zh-Hans.txt)', 'SCANTILL_SHA256(pkg/till.zh-Hans.txt)'],
};

// The first of the browser's languages that the till knows, by its main part.
export const browserLanguage = () => {
    const main = (tag) => tag.split('-')[0].toLowerCase();
    const known = navigator.languages.map((wanted) => Object.keys(texts).find((tag) => main(tag) === main(wanted)));
    return known.find((tag) => tag) ?? 'en';
};

// A file that is kept for ever may have been damaged on its way: the second try goes past the browser's cache.
export const loadTexts = async (tag) => {
    const [file, integrity] = texts[tag];
    const read = (cache) =>
        fetch(new URL(`./${file}`, import.meta.url), { integrity, cache, signal: AbortSignal.timeout(5_000) });
    const answer = await read('default').catch(() => read('reload'));
    if (!answer.ok) throw answer;
    return answer.text();
};

export const loadScanners = (failures) => load('./SCANTILL_NAME(pkg/scanners.js)', 'SCANTILL_SHA256(pkg/scanners.js)', failures);
export const loadOffice = (failures) => load('./SCANTILL_NAME(pkg/office.js)', 'SCANTILL_SHA256(pkg/office.js)', failures);
