// shows: a hook sends bytes as base64
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.create, (transaction) => {
  transaction.request.headers['Content-Type'] = 'application/octet-stream';
  transaction.request.body = Buffer.from([0xff, 0x00, 0xfe, 0x41]).toString('base64');
  transaction.request.bodyEncoding = 'base64';
});
