"""TensorBoard's page GRAPHS, asked as its server asks it."""

import warnings

from google.protobuf import text_format
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin

with warnings.catch_warnings():
    warnings.simplefilter('ignore')              # a package of its own is deprecated
    from tensorboard.plugins.graph.graphs_plugin import GraphsPlugin


def tensorboard_graphs(folder):
    """Tag -> names of the ops, of each graph on TensorBoard's page GRAPHS.

    The tag of the graph that opens first is None.
    """
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload()
    plugin = GraphsPlugin(base_plugin.TBContext(
        data_provider=MultiplexerDataProvider(multiplexer, str(folder))))
    context, found = RequestContext(), {}
    info = plugin.info_impl(context, experiment='')['.']
    tags = [tag for tag, item in info['tags'].items() if item['op_graph']]
    for tag in [*([None] if info['run_graph'] else []), *tags]:
        text, _ = plugin.graph_impl(context, '.', tag, False, experiment='')
        found[tag] = [node.name for node in text_format.Parse(text, GraphDef()).node]
    return found
