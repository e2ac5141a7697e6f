// Walks the official Node client, unmodified, through the sandbox: `node client.js PORT WALK`.
'use strict';

const assert = require('node:assert/strict');

const [port, walk] = process.argv.slice(2);
// The client has no option for a port.
require('node:http').globalAgent.defaultPort = Number(port);

const SILENT = '289990300000000000';
const APPROVED = '289990000000000000';
const RESOURCE = { type: 'barcode_alipay', barcode: SILENT, terminal_id: 'POS-01' };

function connect(options = {}) {
  return require('omise')({
    secretKey: 'skey_test_clients',
    publicKey: 'pkey_test_clients',
    omiseVersion: '2019-05-29',
    host: '127.0.0.1',
    scheme: 'http',
    ...options,
  });
}

let omise = connect();

function charge(barcode = SILENT, more = {}) {
  const source = { ...RESOURCE, barcode };
  return omise.charges.create({ amount: 2225, currency: 'thb', source, metadata: { invoice_id: 'inv-1' }, ...more });
}

async function paid() {
  let made = await charge(APPROVED);
  while (made.status === 'pending') made = await omise.charges.retrieve(made.id);
  assert.equal(made.status, 'successful');
  return made;
}

async function refused(call, code, message) {
  const error = await call().then(() => assert.fail(`nothing was refused where ${code} was due`), (error) => error);
  assert.deepEqual([error.object, error.code, error.message], ['error', code, message]);
}

const ids = (list) => list.data.map((one) => one.id);

const walks = {
  async creates_from_a_source() {
    const store = { store_id: 'store_1', store_name: 'store 1' };
    const source = await omise.sources.create({ amount: 2225, currency: 'thb', ...RESOURCE, ...store });
    assert.deepEqual([source.object, source.type, source.flow], ['source', 'barcode_alipay', 'offline']);
    assert.equal((await omise.sources.retrieve(source.id)).charge_status, 'unknown');
    const made = await omise.charges.create({ amount: 2225, currency: 'thb', source: source.id });
    assert.deepEqual([made.status, made.source.id], ['pending', source.id]);
    assert.equal((await omise.sources.retrieve(source.id)).charge_status, 'pending');
  },

  async creates_in_one_call() {
    const made = await charge(SILENT, { description: 'in one call' });
    assert.deepEqual([made.object, made.status, made.amount, made.currency], ['charge', 'pending', 2225, 'THB']);
    assert.deepEqual([made.description, made.metadata.invoice_id], ['in one call', 'inv-1']);
    for (const type of ['alipayplus_upm', 'wechat_pay_upm']) {
      const other = await omise.charges.create({ amount: 2225, currency: 'thb', source: { type, barcode: SILENT } });
      assert.deepEqual([other.status, other.source.type], ['pending', type]);
    }
  },

  async retrieves_and_lists() {
    const made = [(await charge()).id, (await charge()).id, (await charge()).id];
    assert.equal((await omise.charges.retrieve(made[1])).id, made[1]);
    const list = await omise.charges.list();
    assert.deepEqual([list.object, list.total, ids(list)], ['list', 3, made]);
    const part = await omise.charges.list({ limit: 2, offset: 1, order: 'reverse_chronological' });
    assert.deepEqual(ids(part), [made[1], made[0]]);
    assert.equal((await omise.charges.list({ to: '2001-01-01T00:00:00Z' })).total, 0);
  },

  async updates() {
    const made = await charge();
    const changed = await omise.charges.update(made.id, { description: 'changed', metadata: { note: 'x' } });
    assert.deepEqual([changed.description, changed.metadata], ['changed', { note: 'x' }]);
  },

  async expires() {
    const made = await charge();
    const expired = await omise.charges.expire(made.id);
    assert.deepEqual([expired.id, expired.status, expired.expired], [made.id, 'expired', true]);
    await refused(() => omise.charges.expire(made.id), 'failed_expire', 'expire failed');
  },

  async refunds_and_lists_refunds() {
    const made = await paid();
    const refund = await omise.charges.createRefund(made.id, { amount: 100, metadata: { why: 'x' } });
    assert.deepEqual([refund.object, refund.amount, refund.charge], ['refund', 100, made.id]);
    assert.equal((await omise.charges.retrieveRefund(made.id, refund.id)).metadata.why, 'x');
    const list = await omise.charges.listRefunds(made.id);
    assert.deepEqual([list.total, ids(list)], [1, [refund.id]]);
    assert.equal((await omise.charges.retrieve(made.id)).refunded_amount, 100);
    const much = () => omise.charges.createRefund(made.id, { amount: 2126 });
    await refused(much, 'failed_refund', 'amount must be less than or equal to 2125');
  },

  async is_refused_a_reverse_and_a_capture() {
    const made = await paid();
    const words = 'only uncaptured authorized charges can be reversed';
    await refused(() => omise.charges.reverse(made.id), 'failed_reverse', words);
    await refused(() => omise.charges.capture(made.id), 'failed_capture', 'capture failed');
  },

  async searches() {
    const made = await paid();
    await charge();
    const found = await omise.search.list({ scope: 'charge', query: 'thb', 'filters[captured]': 'true' });
    assert.deepEqual([found.object, found.total, ids(found)], ['search', 1, [made.id]]);
  },

  async reads_events() {
    const made = await paid();
    const list = await omise.events.list();
    assert.deepEqual(list.data.map((event) => event.key), ['charge.create', 'charge.complete']);
    const event = await omise.events.retrieve(list.data[1].id);
    assert.deepEqual([event.data.id, event.data.status], [made.id, 'successful']);
  },

  async meets_errors() {
    await refused(() => omise.charges.retrieve('missing'), 'not_found', 'charge missing was not found');
    const low = () => omise.charges.create({ amount: 10, currency: 'thb', source: RESOURCE });
    await refused(low, 'invalid_charge', 'amount must be greater than or equal to 2000 (thb subunits)');
    const unknown = () => omise.sources.create({ amount: 2225, currency: 'thb', ...RESOURCE, type: 'moon_pay' });
    await refused(unknown, 'bad_request', 'type is currently not supported');
    omise = connect({ secretKey: 'skey_wrong' });
    await refused(() => omise.account.retrieve(), 'authentication_failure', 'authentication failed');
  },

  async speaks_the_older_version() {
    omise = connect({ omiseVersion: '2017-11-02' });
    const made = await paid();
    assert.deepEqual([made.currency, made.refunded, made.paid], ['thb', 0, true]);
    assert.equal((await omise.charges.list()).order, null);
  },

  async reads_account_and_capability() {
    const account = await omise.account.retrieve();
    assert.deepEqual([account.object, account.livemode], ['account', false]);
    const capability = await omise.capability.retrieve();
    const names = capability.payment_methods.map((method) => method.name);
    assert.deepEqual(names, ['barcode_alipay', 'alipayplus_upm', 'wechat_pay_upm']);
  },
};

walks[walk]().then(
  () => console.log('walked'),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
