// What the page of settings asks of this till: its build, the proxy, and what the till's own page can do.

// The id of the build of which this module is a part. The build writes it.
export const ownBuild = () => 'SCANTILL_BUILD';

// The id of the build that the proxy serves now.
export const newestBuild = async () => {
    const address = new URL('../build.txt', import.meta.url);
    const answer = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw answer;
    return (await answer.text()).trim();
};

// The proxy's answer to this till, if it is JSON: `[status, body]`.
export const askProxy = async (call, method, path) => {
    const answer = await call(path, {
        method,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
        ...(method === 'POST' && { body: '{}', headers: { 'Content-Type': 'application/json' } }),
    });
    return [answer.status, await answer.json()];
};

// What the till's own page offers. A till in another page has none.
export const ownPage = (root) => root.host.scantillPage;
