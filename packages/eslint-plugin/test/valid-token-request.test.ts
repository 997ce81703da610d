import { runRule } from './rule-tester.ts';

const URL = `'http://169.254.169.254/latest/api/token'`;
const TTL = `'X-aws-ec2-metadata-token-ttl-seconds'`;

runRule('valid-token-request', {
  valid: [
    { name: 'fetch', code: `fetch(${URL}, { method: 'PUT', headers: { ${TTL}: '21600' } });` },
    { name: 'a number', code: `import axios from 'axios'; axios.put(${URL}, null, { headers: { ${TTL}: 60 * 60 } });` },
    { name: 'needle', code: `import needle from 'needle'; needle('put', ${URL}, null, { headers: { ${TTL}: 60 } });` },
    {
      name: 'bent',
      code: `import bent from 'bent'; const put = bent('PUT', 'string', { ${TTL}: '60' }); put(${URL});`,
    },
    { name: 'superagent', code: `import superagent from 'superagent'; superagent.put(${URL}).set(${TTL}, '60');` },
    {
      name: '@actions/http-client takes headers as an argument',
      code: `import { HttpClient } from '@actions/http-client'; new HttpClient('x').put(${URL}, '', { ${TTL}: '30' });`,
    },
    {
      name: 'a method that is not known',
      code: `export const ask = (method) => fetch(${URL}, { method, headers: { ${TTL}: '60' } });`,
    },
  ],
  invalid: [
    { name: 'GET', code: `fetch(${URL}, { headers: { ${TTL}: '60' } });`, errors: 1 },
    { name: 'no life', code: `fetch(${URL}, { method: 'PUT' });`, errors: 1 },
    { name: 'too long a life', code: `fetch(${URL}, { method: 'PUT', headers: { ${TTL}: '86400' } });`, errors: 1 },
    {
      name: 'axios takes the headers for the body',
      code: `import axios from 'axios'; axios.put(${URL}, { headers: { ${TTL}: '60' } });`,
      errors: 1,
    },
    {
      name: 'a dated path',
      code: `fetch('http://169.254.169.254/2021-03-23/api/token', { method: 'PUT', headers: { ${TTL}: '60' } });`,
      errors: 1,
    },
    {
      name: 'another name',
      code: `fetch(${URL}, { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl': '60' } });`,
      errors: 1,
    },
  ],
});
