"""Host files: headers, media types, error page and redirects in the format of each host.

netlify_cloudflare   _headers and _redirects of Netlify, Cloudflare Pages and others
apache               .htaccess
vercel, azure        vercel.json, staticwebapp.config.json
nginx, caddy         configurations of a server, printed by `hashtrail publish --server-config`
"""
