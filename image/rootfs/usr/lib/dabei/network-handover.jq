# What `kexec/run` wrote down of the network of the system before this one, as /etc/dabei/network.json.
# $address (`ip -details -json address`), $routes4 and $routes6 (`ip -json route show table all`), $rules4 and $rules6
# (`ip -json rule`): lists of what was printed. $dhcp (names of cards on which a DHCP client ran) and $resolv: texts.
# A bridge becomes what it stands on: a card, a VLAN or a bond. What is virtual and stands on no card (containers, tunnels)
# is left out.

[$address[][]] as $links
| ([$routes4[][] | .family = 4] + [$routes6[][] | .family = 6]) as $routes
| ([$rules4[][] | .family = 4] + [$rules6[][] | .family = 6]) as $rules
| ($dhcp | split("\n")) as $clients
| def is_card: .link_type == "ether" and .linkinfo.info_kind == null;
  def kind: .linkinfo.info_kind;
  def ports: .ifname as $name | [$links[] | select(.master == $name)];
  # Virtual machines and containers have ports on a bridge, too.
  def base: if kind == "bridge" then (first(ports[] | select(is_card or kind == "vlan" or kind == "bond")) // null) else . end;
  def kept: is_card or .link_type == "loopback" or (kind | . == "vlan" or . == "bridge" or . == "bond");
  def list_name: (base // .).ifname;
  # Ports of a bond show its address; old kernels tell their own in another place.
  def own_mac: .linkinfo.info_slave_data.perm_hwaddr // .permaddr // .address;
  def bond: if kind != "bond" then null else .linkinfo.info_data as $data | {
    mode: $data.mode, ports: [ports[] | select(is_card) | own_mac],
    # Without it the ports were watched by ARP.
    monitor: (if ($data.miimon // 0) > 0 then $data.miimon else 100 end),
    lacpRate: ($data.ad_lacp_rate // "slow"), hashPolicy: ($data.xmit_hash_policy // "layer2") } end;
  def is_global: .scope == "global" or .scope == "site";
  def addresses($leased4): [.addr_info[]? | select(is_global and (.temporary or .deprecated | not))
    | { address: "\(.local)/\(.prefixlen)", peer: (.address // null),
        leased: (if .family == "inet" then $leased4 else .dynamic == true or .protocol == "kernel_ra" end) }];
  def routes($names; $leased4): [$routes[]
    | select((.type // "unicast") == "unicast" and (.table // "main") != "local" and .protocol != "kernel")
    | (.nexthops[0]? // .) as $hop
    | select($hop.dev // .dev | IN($names[]))
    | (.family == 6) as $is6
    | { destination: (if .dst == "default" then (if $is6 then "::/0" else "0.0.0.0/0" end)
          elif .dst | contains("/") then .dst elif $is6 then "\(.dst)/128" else "\(.dst)/32" end),
        via: ($hop.gateway // $hop.via.host // null),
        onlink: ((.flags // []) + ($hop.flags // []) | index("onlink") != null),
        source: (.prefsrc // null), metric: (.metric // null),
        table: (.table // null | if . == "main" then null elif . == "default" then 253 else tonumber? // null end),
        mtu: (first(.metrics[]? | .mtu // empty) // null),
        leased: (.protocol == "ra" or ($leased4 and ($is6 | not) and (.protocol | . == "dhcp" or . == "boot" or . == null))) }
    # The router's own advertisement is to win as soon as it comes.
    | if .leased and $is6 then .metric = 2048 else . end];
[$links[] | select(kept) | select(base != null)] as $all
| ([$all[] | { key: .ifname, value: list_name }] | from_entries) as $called
| [$all | group_by(list_name)[]
    | (first(.[] | select(kind != "bridge")) // .[0]) as $one
    | map(.ifname) as $names
    | ([.[].addr_info[]?] | any(.family == "inet" and .dynamic == true)
        or any($routes[]; .protocol == "dhcp" and .family == 4 and (.dev | IN($names[])))
        or any($clients[]; IN($names[]))) as $dhcp4
    | [.[] | addresses($dhcp4)[]] as $addresses
    | routes($names; $dhcp4) as $found
    | { name: ($one | list_name),
        mac: ($one | if .link_type == "loopback" or kind == "vlan" then null elif kind == "bond" then .address else own_mac end),
        dhcp4: $dhcp4,
        autoconf6: (any($addresses[]; .leased and (.address | contains(":"))) or any($found[]; .leased and (.destination | contains(":")))
          or all($addresses[]; .address | contains(":") | not)),
        addresses: $addresses, routes: $found,
        mtu: (if $one.mtu == 1500 or $one.link_type == "loopback" then null else $one.mtu end),
        vlan: (if $one.linkinfo.info_kind == "vlan" then { id: $one.linkinfo.info_data.id, parent: ($called[$one.link] // "") } else null end),
        bond: ($one | bond) }]
| map(select(.vlan == null or .vlan.parent != "")) as $interfaces
| ([$interfaces[] | select(.vlan) | .vlan.parent]) as $parents
| { interfaces: [$interfaces[] | select((.addresses | length > 0) or (.routes | length > 0) or .dhcp4 or (.name | IN($parents[])))],
    rules: [$rules[] | select(.priority | IN(0, 32766, 32767) | not)
      | select((.table // "") | tostring | test("^([0-9]+|main)$"))
      | { family, priority,
          from: (if .src == null or .src == "all" then null else .src + (if .srclen then "/\(.srclen)" else "" end) end),
          to: (if .dst == null or .dst == "all" then null else .dst + (if .dstlen then "/\(.dstlen)" else "" end) end),
          mark: (.fwmark // null | if type == "string" then (ltrimstr("0x") | explode
            | reduce .[] as $c (0; . * 16 + (if $c > 96 then $c - 87 elif $c > 64 then $c - 55 else $c - 48 end))) else . end),
          table: (if .table == "main" then 254 else .table | tonumber end) }],
    dns: { servers: [$resolv | capture("(?m)^nameserver[ \t]+(?<server>[^ \t\n]+)"; "g").server
        | select(startswith("127.") or . == "::1" | not)
        | split("%") | .[0] + (if .[1] then "%\($called[.[1]] // .[1])" else "" end)],
      search: ([$resolv | capture("(?m)^(search|domain)[ \t]+(?<names>[^\n]+)"; "g").names] | last // "" | split(" ") | map(select(. != "" and . != "."))) } }
