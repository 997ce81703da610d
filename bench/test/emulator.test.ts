import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Emulator } from '../emulator/server.js';

const emulator = new Emulator();
const TTL = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };

beforeAll(async () => {
  await emulator.listen({ port: 0, ipv4: '127.0.0.1', ipv6: null });
});
afterAll(async () => {
  await emulator.close();
});
beforeEach(() => {
  emulator.reset('required');
});

async function ask(
  path: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${String(emulator.port)}${path}`, { method, headers });
  return { status: response.status, body: await response.text() };
}

describe('the emulator', () => {
  it('gives a token that opens the data', async () => {
    const { status, body } = await ask('/latest/api/token', 'PUT', TTL);
    expect(status).toBe(200);
    expect(await ask('/latest/meta-data/instance-id', 'GET', { 'X-aws-ec2-metadata-token': body })).toEqual({
      status: 200,
      body: 'i-0123456789abcdef0',
    });
    expect(emulator.log.map((entry) => entry.token)).toEqual(['none', 'right']);
  });

  it.each(['', '0', '21601', 'x', '-1'])('refuses a life of "%s" with 400', async (ttl) => {
    expect((await ask('/latest/api/token', 'PUT', { 'X-aws-ec2-metadata-token-ttl-seconds': ttl })).status).toBe(400);
  });

  it('refuses token requests that were forwarded, or go to a dated path, with 403', async () => {
    expect((await ask('/latest/api/token', 'PUT', { ...TTL, 'X-Forwarded-For': '10.0.0.1' })).status).toBe(403);
    expect((await ask('/2021-03-23/api/token', 'PUT', TTL)).status).toBe(403);
  });

  it('answers without a token only while tokens are optional, HEAD included', async () => {
    expect((await ask('/latest/meta-data/')).status).toBe(401);
    expect((await ask('/', 'HEAD')).status).toBe(401);
    emulator.reset('optional');
    expect((await ask('/latest/meta-data/')).status).toBe(200);
    expect((await ask('/', 'HEAD')).status).toBe(200);
  });

  it('refuses a wrong and an empty token even while tokens are optional', async () => {
    emulator.reset('optional');
    expect((await ask('/latest/meta-data/', 'GET', { 'X-aws-ec2-metadata-token': 'x' })).status).toBe(401);
    expect((await ask('/latest/meta-data/', 'GET', { 'X-aws-ec2-metadata-token': '' })).status).toBe(401);
  });

  it('gives no token when the token service is out of order', async () => {
    emulator.reset('no-tokens');
    expect((await ask('/latest/api/token', 'PUT', TTL)).status).toBe(503);
  });

  it('does not answer a token request whose answer is to be lost, and answers without a token', async () => {
    emulator.reset('no-answer');
    await expect(ask('/latest/api/token', 'PUT', TTL)).rejects.toThrow();
    expect((await ask('/latest/meta-data/')).status).toBe(200);
    expect(emulator.log.map((entry) => entry.status)).toEqual([0, 200]);
  });

  it('forgets a token when its life is over', async () => {
    emulator.longestLife = 0;
    const { body } = await ask('/latest/api/token', 'PUT', TTL);
    expect((await ask('/latest/meta-data/', 'GET', { 'X-aws-ec2-metadata-token': body })).status).toBe(401);
    emulator.longestLife = undefined;
  });
});
