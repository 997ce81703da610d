import { runRule } from './rule-tester.ts';

runRule('no-imdsv1-client', {
  valid: [
    {
      name: 'version 1 switched off',
      code: `import { fromInstanceMetadata } from '@aws-sdk/credential-providers'; fromInstanceMetadata({ ec2MetadataV1Disabled: true });`,
    },
    {
      name: 'a token is passed',
      code: `const AWS = require('aws-sdk'); new AWS.MetadataService().request('/latest/meta-data/', { headers: { 'X-aws-ec2-metadata-token': token } }, done);`,
    },
    {
      name: 'another MetadataService',
      code: `import { MetadataService } from './metadata.js'; new MetadataService().request('/latest/meta-data/', done);`,
    },
    {
      name: 'the default chain',
      code: `import { fromNodeProviderChain } from '@aws-sdk/credential-providers'; fromNodeProviderChain();`,
    },
  ],
  invalid: [
    {
      name: 'chained',
      code: `const AWS = require('aws-sdk'); new AWS.MetadataService({ httpOptions: {} }).request('/latest/meta-data/public-ipv4', done);`,
      errors: 1,
    },
    {
      name: 'promisified',
      code: `const AWS = require('aws-sdk'); const { promisify } = require('util'); const service = new AWS.MetadataService(); const ask = promisify(service.request.bind(service)); ask('/latest/meta-data/instance-id');`,
      errors: 1,
    },
    {
      name: 'credentials of the SDK v2',
      code: `import AWS from 'aws-sdk'; new AWS.EC2MetadataCredentials({ maxRetries: 1 });`,
      errors: 1,
    },
    {
      name: 'fromInstanceMetadata',
      code: `const { fromInstanceMetadata } = require('@smithy/credential-provider-imds'); fromInstanceMetadata(init);`,
      errors: 1,
    },
    {
      name: 'version 2 switched off',
      code: `import { MetadataService } from '@aws-sdk/ec2-metadata-service'; new MetadataService({ disableFetchToken: true }).request('/latest/meta-data/', {});`,
      errors: 1,
    },
    { name: 'a package without version 2', code: `const metadata = require('node-ec2-metadata');`, errors: 1 },
  ],
});
