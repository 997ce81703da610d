import { runRule } from './rule-tester.ts';

const URL = `'http://169.254.169.254/latest/meta-data/instance-id'`;
const PUT = `fetch('http://169.254.169.254/latest/api/token', { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } })`;

runRule('no-imdsv1-fallback', {
  valid: [
    {
      name: 'the token is always sent',
      code: `async function id() { const token = await (await ${PUT}).text(); return fetch(${URL}, { headers: { 'X-aws-ec2-metadata-token': token } }); }`,
    },
    {
      name: 'the function gives up without a token',
      code: `async function id(token) { if (!token) throw new Error('no token'); return fetch(${URL}, { headers: token ? { 'X-aws-ec2-metadata-token': token } : {} }); }`,
    },
    {
      name: 'a caught failure that ends the function',
      code: `import axios from 'axios'; async function id() { let token; try { token = await axios.put('http://169.254.169.254/latest/api/token', null, { headers: { 'X-aws-ec2-metadata-token-ttl-seconds': 60 } }); } catch { return undefined; } return axios.get(${URL}, { headers: { 'X-aws-ec2-metadata-token': token } }); }`,
    },
    {
      name: 'fetch sends "undefined", which is refused',
      code: `async function id() { let token; try { token = await ${PUT}; } catch {} return fetch(${URL}, { headers: { 'X-aws-ec2-metadata-token': token } }); }`,
    },
  ],
  invalid: [
    {
      name: 'headers by the presence of the token',
      code: `async function id(token) { return fetch(${URL}, { headers: token ? { 'X-aws-ec2-metadata-token': token } : {} }); }`,
      errors: 1,
    },
    {
      name: 'a header that is added when there is a token',
      code: `async function id(token) { const headers = {}; if (token) { headers['X-aws-ec2-metadata-token'] = token; } return fetch(${URL}, { headers }); }`,
      errors: 1,
    },
    {
      name: 'a conditional spread',
      code: `const id = (token) => fetch(${URL}, { headers: { ...(token && { 'X-aws-ec2-metadata-token': token }) } });`,
      errors: 1,
    },
    {
      name: 'options by if and else',
      code: `function id(error, token) { let options; if (error) { options = {}; } else { options = { headers: { 'X-aws-ec2-metadata-token': token } }; } return fetch(${URL}, options); }`,
      errors: 1,
    },
    {
      name: 'a second try in the handler',
      code: `async function id(token) { try { return await fetch(${URL}, { headers: { 'X-aws-ec2-metadata-token': token } }); } catch { return fetch(${URL}); } }`,
      errors: 1,
    },
    {
      name: 'axios drops the header when the failure was swallowed',
      code: `import axios from 'axios'; async function id() { let token; try { token = await axios.put('http://169.254.169.254/latest/api/token', null, { headers: { 'X-aws-ec2-metadata-token-ttl-seconds': 60 } }); } catch {} return axios.get(${URL}, { headers: { 'X-aws-ec2-metadata-token': token } }); }`,
      errors: 1,
    },
  ],
});
