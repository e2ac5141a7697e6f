/* tslint:disable */
/* eslint-disable */
/** The proxy of a till, its device id and its language. */
export interface MountOptions {
    /** The address of the proxy, e.g. `https://proxy.example` or `https://shop.example/pos`; by default the page's origin. */
    proxy?: string;
    /**
     * The id of this device: 1 to 64 letters, digits, `-`, `_`, `.` or `:`, different for each till of each
     * tablet. By default the browser makes one and stores it.
     */
    device?: string;
    /**
     * The language of the till's texts. By default the one that was last chosen on this device, or the browser's.
     */
    language?: "en" | "th" | "zh-Hans";
}

/** The payment that the till should take. */
export interface Checkout {
    /** A whole number of minor units: 2225 is ฿22.25. */
    amount: number;
    /** An ISO 4217 code; by default the account's currency. */
    currency?: "THB" | "SGD" | "MYR" | "JPY";
    /**
     * Your own number of the sale: at most 255 characters, no control characters, different for each sale. With it,
     * a checkout that is repeated after a reload finds the payment in hand.
     */
    reference?: string;
}

/** How the page may abort a checkout. */
export interface CheckoutOptions {
    /**
     * If nothing was sent yet, the sale ends and `checkout` rejects with the signal's reason (an `AbortError`). A payment
     * that was sent is cancelled as the cashier would cancel it: `checkout` then resolves with its outcome, which may be
     * `paid`.
     */
    signal?: AbortSignal;
}

/** The state of a till. */
export type TillState =
/** It asks the proxy for its terminal and for the payment that was in hand. */
| "starting"
/** The proxy does not allow this page's origin: an operator adds it to `allowed_origins`. A checkout waits. */
| "not_allowed"
/** It waits for a pairing code. */
| "pairing"
/** Its token was revoked. */
| "revoked"
/** Another tab or window of this browser runs it. */
| "elsewhere"
/** It shows the keypad: nothing is in hand. */
| "ready"
/** It waits for the customer's code. */
| "scanning"
/** A payment is in progress. */
| "pending"
/** Nobody knows yet whether the customer has paid. */
| "in_doubt"
/** It shows a payment that another till holds. */
| "other_till"
/** The customer has paid after all: the cashier decides. */
| "decide"
/** The payment needs review by a supervisor. */
| "needs_review"
/** Paid: hand over. */
| "paid"
/** Paid, and the money is refunded. */
| "refunded"
/** No money was taken. */
| "not_paid";

/** The detail of the event `scantill:state` of the till's element. The event is sent when one of the two changes. */
export interface TillStanding {
    state: TillState;
    /** The last call reached the proxy. */
    online: boolean;
}

declare global {
    interface HTMLElementEventMap {
        "scantill:state": CustomEvent<TillStanding>;
    }
}

/** The outcome of a checkout. Only `paid` means that the goods may be handed over. */
export type Outcome =
| { status: "paid"; payment: Payment }
/** The cashier ended the sale and no money was kept. `payment` is the last payment, if there was one. */
| { status: "not_paid"; payment: Payment | null }
/** The cashier left a payment that is in doubt, or that another till holds: read it from the proxy. */
| { status: "in_doubt"; payment: Payment | null }
/** The till was taken off the page first. A payment in hand continues at the proxy. */
| { status: "unmounted"; payment: null };

/** An error of `mount` or `checkout`. */
export interface TillError extends Error {
    code: "busy" | "invalid_request";
    /** The wrong field, if `code` is `invalid_request`: `element`, `proxy`, `amount`, `reference` … */
    field?: string;
}

/** A payment, as the proxy's API returns it. Newer proxies may add fields. */
export interface Payment {
    id: string;
    sale_id: string;
    /** The higher of two versions is the newer. */
    version: number;
    state: "sending" | "unknown" | "pending" | "cancelling" | "successful" | "failed" | "expired" | "cancelled";
    failure_code: string | null;
    /** The code of Omise's refusal, if `failure_code` is `refused`. */
    refusal: string | null;
    /** Minor units. */
    amount: number;
    currency: string;
    reference: string | null;
    /** The payer's code, first two and last four digits. */
    code_masked: string;
    code_outside_grammar: boolean;
    charge: Charge | null;
    refunds: Refund[];
    disposition: "awaiting_decision" | "accepted" | "refund_due" | "refunding" | "refunded" | "in_review" | null;
    cancel_request: { by: "cashier" | "deadline" | "till" | "other_payment" | "supervisor"; at: string } | null;
    review: string | null;
    /** A supervisor released the sale while this payment was in doubt. */
    released: { by: string; at: string } | null;
    /** Two people resolved a payment that no machine could decide. */
    resolution: { finding: "paid" | "unpaid"; by: string; second: string; proof: string; at: string } | null;
    terminal_id: string;
    holder: string;
    /** RFC 3339. */
    created_at: string;
    /** RFC 3339. */
    updated_at: string;
}

/** Omise's charge, as the proxy last read it. */
export interface Charge {
    id: string;
    status: string;
    refunded_amount: number;
    voided: boolean;
    disputed: boolean;
    /** Omise can still void the whole charge before settlement. */
    can_perform_void: boolean;
    paid_at: string | null;
    expires_at: string | null;
}

/** A refund, done or planned. */
export interface Refund {
    /** The proxy's id; null for a refund that was made elsewhere, such as in Omise's dashboard. */
    id: string | null;
    provider_id: string | null;
    /** Minor units. */
    amount: number;
    state: "approved" | "sending" | "unknown" | "done" | "refused" | "absent";
    /** Omise's code, or `not_sent`, `approval_void`. */
    refusal: string | null;
    voided: boolean;
    approved_by: string | null;
    reason: string | null;
    created_at: string | null;
}



/**
 * A till on a page. It lives until `unmount`, also if the page drops this handle.
 */
export class Till {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Asks the cashier to take this payment. Resolves with the outcome.
     *
     * Rejects with an `Error` whose `code` is `busy` while another payment is in hand, or `invalid_request`
     * if the arguments are wrong or the amount cannot be charged here. An aborted `signal` ends the
     * checkout: it rejects with the signal's reason if nothing was sent; otherwise it resolves with the
     * payment's outcome.
     */
    checkout(request: Checkout, options?: CheckoutOptions): Promise<Outcome>;
    /**
     * Takes the till off the page and stops it. A payment in hand continues at the proxy; the next till of
     * this device resumes it.
     */
    unmount(): void;
    /**
     * Whether the till reaches its proxy.
     */
    readonly online: boolean;
    /**
     * The state of the till. The event `scantill:state` of its element reports each change.
     */
    readonly state: TillState;
}

/**
 * Mounts a till in an element of the page.
 *
 * # Errors
 * Rejects with an `Error` whose `code` is `invalid_request` if the options are wrong or the element already
 * holds a till.
 */
export function mount(element: HTMLElement, options?: MountOptions): Till;

/**
 * Opens the till of this page, with the sale that its address names.
 *
 * # Errors
 * Rejects if the element cannot hold a till.
 */
export function openPage(element: HTMLElement): Till;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly mount: (a: any, b: any) => [number, number, number];
    readonly openPage: (a: any) => [number, number, number];
    readonly till_checkout: (a: number, b: any, c: any) => any;
    readonly till_goIdle: (a: number, b: number) => number;
    readonly till_online: (a: number) => number;
    readonly till_state: (a: number) => [number, number];
    readonly till_unmount: (a: number) => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
