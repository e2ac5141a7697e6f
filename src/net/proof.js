// Calls of the proxy. If the browser has keys, a till's token is bound to a key (DPoP, RFC 9449): this page can sign with
// it, and no script can export it. Without keys the till sends only the token.

// For each till: its key, and the nonce for its next proof.
const tills = {};

const base64 = (text) => btoa(text).replace(/[+/=]/g, (sign) => ({ '+': '-', '/': '_' })[sign] ?? '');
const written = (bytes) => base64(String.fromCharCode(...new Uint8Array(bytes)));
const utf8 = (text) => new TextEncoder().encode(text);

// The answer of the browser's database to a request; nothing if it fails, or hangs as Safari's sometimes does.
const stored = (mode, ask) =>
    new Promise((tell) => {
        setTimeout(tell, 2000);
        const open = indexedDB.open('scantill');
        open.onupgradeneeded = () => open.result.createObjectStore('keys');
        open.onerror = () => tell();
        open.onsuccess = () => {
            const step = open.result.transaction('keys', mode);
            const request = ask(step.objectStore('keys'));
            step.oncomplete = () => tell(request.result);
            step.onabort = () => tell();
            open.result.close();
        };
    });

// The stored key, or a new one for a till that pairs. A key that cannot be stored is useless.
const keyOf = async (name, pairs) => {
    try {
        const kept = crypto.subtle && (await stored('readonly', (keys) => keys.get(name)));
        if (kept || !pairs) return kept;
        const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
        return (await stored('readwrite', (keys) => keys.put(made, name))) && made;
    } catch {}
};

const prove = async ({ privateKey, publicKey }, method, address, token, nonce) => {
    const { subtle } = crypto;
    const { kty, crv, x, y } = await subtle.exportKey('jwk', publicKey);
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
    const claims = {
        htm: method,
        htu: address.split('?')[0],
        jti: crypto.randomUUID(),
        iat: Math.floor(Date.now() / 1000),
        nonce,
        ath: token && written(await subtle.digest('SHA-256', utf8(token))),
    };
    const signed = base64(JSON.stringify(header)) + '.' + base64(JSON.stringify(claims));
    return signed + '.' + written(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, utf8(signed)));
};

// `credential` is `DPoP TOKEN`, `Bearer TOKEN`, only the token of a till that was paired long ago, empty for a till that
// pairs, and nothing for a call without a till. After a refused nonce the call is repeated once: the proxy has begun nothing.
export const call = async (name, credential, address, init) => {
    const till = (tills[name] ??= {});
    const headers = new Headers(init.headers);
    const [, token] = /^DPoP (.*)/.exec(credential) ?? [];
    const proves = token || credential === '';
    if (credential) headers.set('Authorization', credential.includes(' ') ? credential : 'Bearer ' + credential);
    if (proves) till.key ??= await keyOf(name, !token);
    for (let again = 0; ; again++) {
        if (proves && till.key) headers.set('DPoP', await prove(till.key, init.method, address, token, till.nonce));
        const answer = await fetch(new Request(address, { ...init, headers }));
        till.nonce = answer.headers.get('DPoP-Nonce') ?? till.nonce;
        if (again || !/use_dpop_nonce/.test(answer.headers.get('WWW-Authenticate'))) return answer;
    }
};

// Calls the proxy for a module, which never sees the token.
export const caller = (name, token, origin) => (path, init) => call(name, token, origin + path, init);

// The till gave its token back: its key is of no use.
export const forget = (name) => {
    delete tills[name];
    stored('readwrite', (keys) => keys.delete(name));
};

// No cookie, no cache, no redirect.
export const send = (name, credential, method, address, body, last, signal) =>
    call(name, credential, address, {
        method,
        body,
        signal,
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        headers: { ...(body && { 'Content-Type': 'application/json' }), ...(last && { 'Last-Event-ID': last }) },
    });

// What a module gets that is loaded later and only reads.
export const reader = (name, credential, origin) => (path, signal) => send(name, credential, 'GET', origin + path, undefined, undefined, signal);
