// The texts of this module, one file a language. The build writes their names and hashes into this file.

const texts = {
    en: ['SCANTILL_NAME(pkg/office.en.txt)', 'SCANTILL_SHA256(pkg/office.en.txt)'],
    th: ['SCANTILL_NAME(pkg/office.th.txt)', 'SCANTILL_SHA256(pkg/office.th.txt)'],
    'zh-Hans': ['SCANTILL_NAME(pkg/office.zh-Hans.txt)', 'SCANTILL_SHA256(pkg/office.zh-Hans.txt)'],
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
