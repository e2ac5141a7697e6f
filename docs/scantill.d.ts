/* tslint:disable */
/* eslint-disable */
/** Where a till takes its payments, and as which device. */
export interface MountOptions {
    /** The address of the proxy, e.g. `https://proxy.example` or `https://shop.example/pos`; by default the page's origin. */
    proxy?: string;
    /**
     * The id of this device: 1 to 64 letters, digits, `-`, `_`, `.` or `:`, one of its own for each till of each
     * tablet. By default the browser makes one and keeps it.
     */
    device?: string;
    /** The language of the till's texts. */
    language?: "en";
}

/** A payment to be taken. */
export interface Checkout {
    /** A whole number of minor units: 2225 is ฿22.25. */
    amount: number;
    /** An ISO 4217 code; by default the account's currency. */
    currency?: "THB" | "SGD" | "MYR" | "JPY";
    /**
     * Your own number of the sale: at most 255 characters, no control characters, one of its own for each sale. With it,
     * a checkout repeated after a reload finds the payment in hand.
     */
    reference?: string;
}

/** How a checkout may be taken back. */
export interface CheckoutOptions {
    /**
     * Aborted before anything was sent, the sale ends and `checkout` rejects with the signal's reason (an `AbortError`).
     * A payment that was sent is cancelled as the cashier would do it: `checkout` then resolves with what became of it,
     * and that may be `paid`.
     */
    signal?: AbortSignal;
}

/** How a till stands. */
export type TillState =
/** It asks the proxy who it is, or what it had in hand. */
| "starting"
/** The proxy does not allow this page's origin: an operator adds it to `allowed_origins`. A checkout waits. */
| "not_allowed"
/** It waits for a pairing code. */
| "pairing"
/** Its pairing was taken away. */
| "revoked"
/** Another tab or window of this browser runs it. */
| "elsewhere"
/** It shows the keypad: nothing is in hand. */
| "ready"
/** It waits for the customer's code. */
| "scanning"
/** A payment is under way. */
| "pending"
/** Nobody knows yet whether the customer has paid. */
| "in_doubt"
/** It shows a payment that another till holds. */
| "other_till"
/** The customer has paid after all: the cashier decides. */
| "decide"
/** A supervisor must look. */
| "needs_review"
/** Paid: hand over. */
| "paid"
/** Paid, and the money goes back. */
| "refunded"
/** No money was taken. */
| "not_paid";

/** What the event `scantill:state` of the till's element tells, each time that one of the two changes. */
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

/** What became of a checkout. Only `paid` means that the goods may be handed over. */
export type Outcome =
| { status: "paid"; payment: Payment }
/** The cashier ended the sale and no money was kept; the last attempt, if there was one. */
| { status: "not_paid"; payment: Payment | null }
/** The cashier left a payment that is in doubt, or that stands elsewhere: ask the proxy what becomes of it. */
| { status: "in_doubt"; payment: Payment | null }
/** The till was taken off the page first. A payment in hand goes on at the proxy. */
| { status: "unmounted"; payment: null };

/** An error of `mount` or `checkout`. */
export interface TillError extends Error {
    code: "busy" | "invalid_request";
    /** What was wrong, where `code` is `invalid_request`: `element`, `proxy`, `amount`, `reference` … */
    field?: string;
}

/** A payment, as the proxy's API gives it. Newer proxies may add fields. */
export interface Payment {
    id: string;
    sale_id: string;
    /** Of two readings the higher is the newer. */
    version: number;
    state: "sending" | "unknown" | "pending" | "cancelling" | "successful" | "failed" | "expired" | "cancelled";
    failure_code: string | null;
    /** The code of Omise's refusal, where `failure_code` is `refused`. */
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
    /** A supervisor let the sale go on while this was in doubt. */
    released: { by: string; at: string } | null;
    /** What humans found where no machine could decide. */
    resolution: { finding: "paid" | "unpaid"; by: string; second: string; proof: string; at: string } | null;
    terminal_id: string;
    holder: string;
    /** RFC 3339. */
    created_at: string;
    /** RFC 3339. */
    updated_at: string;
}

/** Omise's charge, as it was last read. */
export interface Charge {
    id: string;
    status: string;
    refunded_amount: number;
    voided: boolean;
    disputed: boolean;
    /** Omise would still take the whole of it back before settlement. */
    can_perform_void: boolean;
    paid_at: string | null;
    expires_at: string | null;
}

/** Money given back, or to be. */
export interface Refund {
    /** Ours; null for one that was made elsewhere. */
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
 * A till on a page. It lives until `unmount`, whether the page keeps this handle or not.
 */
export class Till {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Asks the cashier to take this payment; resolves with what became of it.
     *
     * Rejects with an `Error` whose `code` is `busy` while another payment is in hand, and `invalid_request` where the
     * arguments are wrong or the amount cannot be charged here. An aborted `signal` ends the checkout: it rejects with
     * the signal's reason where nothing was sent, and else resolves with what became of the payment.
     */
    checkout(request: Checkout, options?: CheckoutOptions): Promise<Outcome>;
    /**
     * Takes the till off the page and ends all that it does. A payment in hand goes on at the proxy; the next till of
     * this device comes back to it.
     */
    unmount(): void;
    /**
     * Whether the till reaches its proxy.
     */
    readonly online: boolean;
    /**
     * How the till stands; the event `scantill:state` of its element tells of each change.
     */
    readonly state: TillState;
}

/**
 * Puts a till into an element of the page.
 *
 * # Errors
 * Rejects with an `Error` whose `code` is `invalid_request` where the options are wrong or the element is taken.
 */
export function mount(element: HTMLElement, options?: MountOptions): Till;

/**
 * Opens the till of this page, with the sale that its address asks for.
 *
 * # Errors
 * Where the element takes no till.
 */
export function openPage(element: HTMLElement): Till;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly mount: (a: any, b: any) => [number, number, number];
    readonly openPage: (a: any) => [number, number, number];
    readonly till_checkout: (a: number, b: any, c: any) => any;
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
