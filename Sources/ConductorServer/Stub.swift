import Configuration
import ServiceLifecycle
import Yams
