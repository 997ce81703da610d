/** Other names for the same library: compatibility layers, vendored copies, old spellings. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^six\.moves\.http_client\b/, 'http.client'],
  [/^(?:django\.utils\.)?six\.moves\./, ''],
  [/^(?:future|past)\.(?:moves|backports|standard_library)\./, ''],
  [/^ansible\.module_utils\.six\.moves\./, ''],
  [/^(?:botocore\.vendored|pip\._vendor)\.requests\b/, 'requests'],
  [/^(?:botocore\.vendored\.requests\.packages|requests\.packages|pip\._vendor)\.urllib3\b/, 'urllib3'],
  [/^requests\.(?:api|sessions)\./, 'requests.'],
  [/^requests\.session$/, 'requests.Session'],
  [/^httplib\b/, 'http.client'],
  [/^urllib2\./, 'urllib.request.'],
  [/^urllib\.(urlopen|urlretrieve|URLopener|FancyURLopener)$/, 'urllib.request.$1'],
  [/^urlparse\./, 'urllib.parse.'],
  [/^boto\.utils\b/, 'boto.utils'],
  [/^commands\.(getoutput|getstatusoutput)$/, 'subprocess.$1'],
  [/^subprocess32\b/, 'subprocess'],
  [/^posixpath\b/, 'os.path'],
  [/^httpx\._(?:api|client)\./, 'httpx.'],
  [/^aiohttp\.client\./, 'aiohttp.'],
  [/^botocore\.utils\.IMDSFetcher$/, 'botocore.utils.IMDSFetcher'],
];

/** The name that the tables of libraries know a module, function or class by. */
export function modulePath(path: string): string {
  let normal = path;
  for (const [pattern, name] of ALIASES) normal = normal.replace(pattern, name);
  return normal;
}
