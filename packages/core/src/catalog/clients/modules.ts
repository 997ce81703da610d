import type { Client } from './client.ts';

/** Modules and settings of configuration tools that send HTTP requests. How they are read stands in the scanner's front ends for YAML and cloud-init. */
export const MODULE_CLIENTS = [
  {
    id: 'ansible-uri',
    name: "Ansible's uri",
    kind: 'library',
    dropsHeader: false,
    remedy:
      'Ask for a token first (uri with method: PUT, headers: {X-aws-ec2-metadata-token-ttl-seconds: "21600"}, return_content: true, register: token), then send it with headers: {X-aws-ec2-metadata-token: "{{ token.content }}"}.',
  },
  {
    id: 'ansible-get-url',
    name: "Ansible's get_url",
    kind: 'library',
    dropsHeader: false,
    remedy:
      'Ask for a token first (uri with method: PUT, headers: {X-aws-ec2-metadata-token-ttl-seconds: "21600"}, return_content: true, register: token), then send it with headers: {X-aws-ec2-metadata-token: "{{ token.content }}"}.',
  },
  {
    id: 'ansible-win-uri',
    name: "Ansible's win_uri",
    kind: 'library',
    dropsHeader: false,
    remedy:
      'Ask for a token first (win_uri with method: PUT, headers: {X-aws-ec2-metadata-token-ttl-seconds: "21600"}, return_content: true, register: token), then send it with headers: {X-aws-ec2-metadata-token: "{{ token.content }}"}.',
  },
  {
    id: 'ansible-ec2-metadata-facts',
    name: "Ansible's ec2_metadata_facts",
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Use amazon.aws.ec2_metadata_facts from amazon.aws 1.5.0 or later, which asks for a token first.',
  },
  {
    id: 'cloud-init-phone-home',
    name: "cloud-init's phone_home",
    kind: 'library',
    dropsHeader: false,
    remedy: 'phone_home cannot send a token: make the request in runcmd, with a token.',
  },
] as const satisfies readonly Client[];
