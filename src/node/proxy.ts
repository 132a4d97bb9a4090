/** The environment variables that say how to reach the world outside; lower case goes before upper case, as curl has it. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return (env[name] ?? env[name.toUpperCase()])?.trim() || undefined;
}

/** Whether a host is to be reached without the proxy: `NO_PROXY` names hosts with all below them, optionally with a port, or `*` for all. */
function excepted(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(/^[^[]*:[^:]*:/.test(entry) ? `[${entry}]` : entry) ?? [];
      if (only && only !== port) return false;
      const domain = name.replace(/^\*?\./, '');
      return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
    });
}

/**
 * The proxy a URL is to be fetched through by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; undefined where it is to be fetched
 * directly. A proxy written without its protocol is an http one. This machine itself is never reached through a proxy.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  const proxy = variable(env, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? variable(env, 'all_proxy');
  if (!proxy || excepted(url, `localhost,127.0.0.1,::1,${variable(env, 'no_proxy') ?? ''}`)) return undefined;
  return /^[a-z][\w+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

/**
 * What a model client needs to go through the proxy that the environment names: a `fetch` to use instead of the global one, which in
 * Node 20 and 22 knows nothing of `HTTPS_PROXY`. Undefined where no proxy is set. `NODE_EXTRA_CA_CERTS` needs no help: Node reads it itself.
 * The proxy library is loaded only when there is one. Its own `fetch` is taken together with its agents, since those of one version do not
 * fit the `fetch` that another version of Node has built in.
 */
export async function proxyFetchOptions(env: NodeJS.ProcessEnv): Promise<{ fetch: typeof fetch } | undefined> {
  if (!['https_proxy', 'http_proxy', 'all_proxy'].some((name) => variable(env, name))) return undefined;
  const undici = await import('undici');
  const agents = new Map<string, InstanceType<typeof undici.ProxyAgent>>();
  const agentFor = (url: URL): InstanceType<typeof undici.ProxyAgent> | undefined => {
    const proxy = proxyFor(url, env);
    if (!proxy) return undefined;
    let agent = agents.get(proxy);
    if (!agent) {
      agent = new undici.ProxyAgent(proxy);
      agents.set(proxy, agent);
    }
    return agent;
  };
  const fetchThroughProxy = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const dispatcher = agentFor(url);
    return dispatcher ? (undici.fetch as unknown as typeof fetch)(url, { ...init, dispatcher } as unknown as RequestInit) : fetch(input, init);
  };
  return { fetch: fetchThroughProxy };
}
