// shows: a hook sends bytes
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.create, (transaction) => {
  transaction.request.headers['Content-Type'] = 'application/octet-stream';
  transaction.request.body = Buffer.from([0xff, 0x00, 0xfe, 0x41]);
});
hooks.after(names.create, (transaction) => note(`still a Buffer: ${Buffer.isBuffer(transaction.request.body)}`));
