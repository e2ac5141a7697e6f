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

export const loadScanners = (failures) => load('./SCANTILL_NAME(pkg/scanners.js)', 'SCANTILL_SHA256(pkg/scanners.js)', failures);
export const loadOffice = (failures) => load('./SCANTILL_NAME(pkg/office.js)', 'SCANTILL_SHA256(pkg/office.js)', failures);
